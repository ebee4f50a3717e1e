package words

import (
	"encoding/json"
	"fmt"
)

// Language is one that the product speaks.
type Language struct {
	Tag  string // BCP 47
	Name string // in the language itself
}

// Languages lists them all, by name. English is within the programs; each other
// is a document of its own.
var Languages = []Language{
	{"de", "Deutsch"}, {"en", "English"}, {"es", "Español"}, {"fr", "Français"},
	{"fi", "Suomi"}, {"sv", "Svenska"}, {"ar", "العربية"}, {"zh-Hans", "简体中文"},
}

// document is a Book, or a part of one, as it travels.
type document struct {
	Lang   string         `json:"lang"`
	Dir    string         `json:"dir"`
	Locale string         `json:"locale"`
	Texts  map[Key]string `json:"texts"`
}

// Open reads the Book of a language out of its documents, the first of which
// names it. What they lack, English says.
func Open(documents ...[]byte) (*Book, error) {
	b := &Book{Texts: map[Key]string{}, Under: &English}
	for i, text := range documents {
		d := document{Texts: b.Texts}
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		if i == 0 {
			b.Lang, b.Dir, b.Locale = d.Lang, d.Dir, d.Locale
		}
	}
	b.Form = Form(b.Lang)
	if b.Lang == "" || b.Dir != "ltr" && b.Dir != "rtl" || b.Locale == "" {
		return nil, fmt.Errorf("texts of %q name no language, direction and locale", b.Lang)
	}
	return b, nil
}

// Form gives the rule by which a language chooses the plural category of a
// whole number: the cardinal rules of CLDR 46 (Unicode, Language Plural Rules).
// An unknown language has the category "other" alone.
func Form(lang string) func(n int64) string {
	if rule := forms[lang]; rule != nil {
		return rule
	}
	return func(int64) string { return "other" }
}

// Categories lists what the rule of a language can give.
func Categories(lang string) []string {
	all := []string{}
	seen := map[string]bool{}
	form := Form(lang)
	for _, n := range []int64{0, 1, 2, 3, 11, 100, 1_000_000} {
		if c := form(n); !seen[c] {
			seen[c] = true
			all = append(all, c)
		}
	}
	return all
}

var forms = map[string]func(n int64) string{
	"en": one, "sv": one, "fi": one, "de": one,
	"fr": func(n int64) string {
		switch {
		case n == 0 || n == 1:
			return "one"
		case n%1_000_000 == 0:
			return "many"
		}
		return "other"
	},
	"es": func(n int64) string {
		if n != 0 && n%1_000_000 == 0 {
			return "many"
		}
		return one(n)
	},
	"ar": func(n int64) string {
		switch rest := n % 100; {
		case n == 0:
			return "zero"
		case n == 1:
			return "one"
		case n == 2:
			return "two"
		case rest >= 3 && rest <= 10:
			return "few"
		case rest >= 11:
			return "many"
		}
		return "other"
	},
}

func one(n int64) string {
	if n == 1 {
		return "one"
	}
	return "other"
}
