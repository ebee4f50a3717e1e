package tongue

import (
	"encoding/json"
	"io/fs"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"timeclock/app/words"
	"timeclock/web"
)

// textsIn reads the texts of one document.
func textsIn(t *testing.T, file string) map[words.Key]string {
	t.Helper()
	text, err := fs.ReadFile(web.Files, file)
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Texts map[words.Key]string `json:"texts"`
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return d.Texts
}

// TestEveryLanguageSaysEverything holds each document against the English: no
// text is missing, none is left over, and each has the placeholders of its
// English, in the plural forms of its language.
func TestEveryLanguageSaysEverything(t *testing.T) {
	own, desk, file := words.EnglishOf()
	for _, l := range words.Languages {
		if l.Tag == words.English.Lang {
			continue
		}
		for i, english := range []map[words.Key]string{own, desk, file} {
			name := path.Join(Folders[i], l.Tag+".json")
			t.Run(name, func(t *testing.T) { compare(t, l.Tag, english, textsIn(t, name)) })
		}
	}
}

func compare(t *testing.T, lang string, english, texts map[words.Key]string) {
	wanted := map[words.Key][]string{} // the English that may stand for each
	for key, text := range english {
		base, plural := stem(key, english)
		if !plural {
			wanted[key] = []string{text}
			continue
		}
		for _, c := range words.Categories(lang) {
			wanted[base+words.Key("."+c)] = []string{english[base+".other"], english[base+".one"]}
		}
		wanted[base+".other"] = []string{english[base+".other"]}
	}
	for key, said := range wanted {
		text, ok := texts[key]
		if !ok {
			if optional(key, lang) {
				continue
			}
			t.Errorf("%s is missing: %q", key, said[0])
			continue
		}
		if strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
			t.Errorf("%s is empty", key)
		}
		if !slices.ContainsFunc(said, func(e string) bool { return slices.Equal(places(e), places(text)) }) && !countLess(said[0], text, key) {
			t.Errorf("%s says %q, with other placeholders than %q", key, text, said[0])
		}
	}
	for key := range texts {
		if wanted[key] == nil {
			t.Errorf("%s is said, and nothing shows it", key)
		}
	}
}

// stem gives the key of which key is a plural form.
func stem(key words.Key, english map[words.Key]string) (words.Key, bool) {
	for _, form := range []string{".other", ".one"} {
		if base, found := strings.CutSuffix(string(key), form); found {
			if _, other := english[words.Key(base+".other")]; other && english[words.Key(base+".one")] != "" {
				return words.Key(base), true
			}
		}
	}
	return key, false
}

// optional is a form for millions, which reads as the others do here.
func optional(key words.Key, lang string) bool {
	return strings.HasSuffix(string(key), ".many") && (lang == "fr" || lang == "es")
}

// countLess: a form for none, one or two may leave the number out.
func countLess(english, text string, key words.Key) bool {
	few := strings.HasSuffix(string(key), ".zero") || strings.HasSuffix(string(key), ".one") || strings.HasSuffix(string(key), ".two")
	return few && slices.Equal(slices.DeleteFunc(places(english), func(p string) bool { return p == "{n}" }), places(text))
}

var place = regexp.MustCompile(`\{[a-zA-Z]*\}`)

// places lists the placeholders of a text, each once.
func places(text string) []string {
	all := place.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// What stands in few words or in a sheet's tab has its limits.
func TestTextsFitWhereTheyStand(t *testing.T) {
	tongues, err := Load(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range tongues.Tags() {
		book := tongues.Book(tag)
		for _, k := range []words.Key{words.FileHours, words.FileExceptions, words.FileAbout} {
			// A sheet's name has at most 31 characters and none of these (ECMA-376).
			if name := book.File(k); name == "" || utf8.RuneCountInString(name) > 31 || strings.ContainsAny(name, `[]:*?/\`) {
				t.Errorf("%s: %q cannot name a sheet", tag, name)
			}
		}
		for _, refusal := range []words.Refusal{words.SignInExpired, words.SignInDenied, words.SignInStore} {
			for _, sentence := range []string{book.SignInRefused(refusal).What, book.SignInRefused(refusal).Do} {
				if !strings.HasSuffix(sentence, ".") && !strings.HasSuffix(sentence, "。") {
					t.Errorf("%s: %q is no whole sentence", tag, sentence)
				}
			}
		}
	}
}

func TestLanguageOfARequest(t *testing.T) {
	tongues, err := Load(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ cookie, accept, want string }{
		{"", "", "en"},
		{"", "de-AT,de;q=0.9,en;q=0.5", "de"},
		{"", "en-GB,de;q=0.9", "en"},
		{"", "zh-TW;q=0.5,es-MX", "es"},
		{"", "ar-SA", "ar"},
		{"", ";;;", "en"},
		{"lang=fi", "de", "fi"},
		{"lang=xx", "de", "de"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", row.cookie)
		r.Header.Set("Accept-Language", row.accept)
		if got := tongues.Of(r).Lang; got != row.want {
			t.Errorf("%+v: %s", row, got)
		}
	}
}

// A server whose texts are not whole does not start.
func TestLoadWantsEveryLanguage(t *testing.T) {
	some := fstest.MapFS{}
	_ = fs.WalkDir(web.Files, "words", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := fs.ReadFile(web.Files, name)
			some[name] = &fstest.MapFile{Data: text}
		}
		return err
	})
	if _, err := Load(some); err != nil {
		t.Fatalf("all of them: %v", err)
	}
	for _, name := range []string{"words/sv.json", "words/desk/fi.json", "words/file/ar.json"} {
		kept := some[name]
		delete(some, name)
		if _, err := Load(some); err == nil {
			t.Errorf("loaded without %s", name)
		}
		some[name] = &fstest.MapFile{Data: []byte("[]")}
		if _, err := Load(some); err == nil {
			t.Errorf("loaded with a broken %s", name)
		}
		some[name] = kept
	}
}
