package shell

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"timeclock/web"
)

// The page is in the language that was chosen, or else the browser's; its
// address may name one, which what keeps it does.
func TestPageSpeaks(t *testing.T) {
	s := newShell(t, files(t))
	server := serve(t, s)
	for _, row := range []struct{ path, cookie, accept, lang, dir string }{
		{"/", "", "", "en", "ltr"},
		{"/", "", "sv-SE,sv;q=0.9,en;q=0.8", "sv", "ltr"},
		{"/", "", "is,fi;q=0.5", "fi", "ltr"},
		{"/", "", "xx", "en", "ltr"},
		{"/", "", "zh-CN", "zh-Hans", "ltr"},
		{"/", "lang=ar", "sv", "ar", "rtl"},
		{"/", "lang=klingon", "fi", "fi", "ltr"},
		{"/?lang=de", "lang=ar", "sv", "de", "ltr"},
		{"/team", "lang=fr", "", "fr", "ltr"},
	} {
		got := ask(t, server, "GET", row.path, "Cookie", row.cookie, "Accept-Language", row.accept)
		if want := `<html lang="` + row.lang + `" dir="` + row.dir + `">`; !strings.Contains(string(got.body), want) {
			t.Errorf("%+v: the page has %.60s, want %s", row, got.body, want)
		}
		if vary := strings.Join(got.Header.Values("Vary"), ", "); !strings.Contains(row.path, "lang=") && !strings.Contains(vary, "Accept-Language, Cookie") {
			t.Errorf("%+v: Vary is %q", row, vary)
		}
	}
}

// Each page names the texts of its own language alone, and its worker keeps
// them.
func TestOnlyTheLanguageInUseTravels(t *testing.T) {
	s := newShell(t, files(t))
	link := regexp.MustCompile(`href="([^"]*)" data-words`)
	for _, row := range []struct {
		lang       string
		page, desk []string
	}{
		{"en", nil, nil},
		{"sv", []string{"words/sv.json"}, []string{"words/sv.json", "words/desk/sv.json"}},
	} {
		kept := map[string]string{}
		literal(t, string(body(t, s.spoken[row.lang].worker)), "ASSETS", &kept)
		for asset, want := range map[*web.Asset][]string{s.spoken[row.lang].page: row.page, s.spoken[row.lang].desk: row.desk} {
			found := link.FindAllStringSubmatch(string(body(t, asset)), -1)
			if len(found) != len(want) {
				t.Fatalf("%s names %v, want %v", row.lang, found, want)
			}
			for i, name := range want {
				if found[i][1] != s.Path(name) {
					t.Errorf("%s names %s, want %s", row.lang, found[i][1], s.Path(name))
				}
			}
		}
		for path := range kept {
			own := len(row.page) > 0 && path == s.Path(row.page[0])
			if strings.HasPrefix(path, "/web/words") && !own {
				t.Errorf("the worker of %s keeps %s", row.lang, path)
			}
		}
		if len(row.page) > 0 && kept[s.Path(row.page[0])] == "" {
			t.Errorf("the worker of %s does not keep its texts", row.lang)
		}
	}
}

// The early script speaks the page's language.
func TestPageHoldsTheEarlyScriptsTexts(t *testing.T) {
	s := newShell(t, files(t))
	element := regexp.MustCompile(`<script type="application/json" id="texts">(.*)</script>`)
	for _, tag := range s.tongues.Tags() {
		found := element.FindSubmatch(body(t, s.spoken[tag].page))
		if found == nil {
			t.Fatalf("the page of %s has no texts", tag)
		}
		var got texts
		if err := json.Unmarshal(found[1], &got); err != nil {
			t.Fatalf("%s: %v in %s", tag, err, found[1])
		}
		if want := newTexts(s.tongues.Book(tag)); got.Lang != tag || got.Here != want.Here || got.NotLoaded != want.NotLoaded {
			t.Errorf("the texts of %s are %+v, want %+v", tag, got, want)
		}
	}
}
