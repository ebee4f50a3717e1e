package gallery

import (
	"maps"
	"strings"
	"sync"

	"timeclock/app/words"
	"timeclock/server/tongue"
	"timeclock/web"
)

// Pseudo is the tag of a language that nobody speaks: English with an accent on
// every letter, half as long again and in brackets. What reads as plain English
// beside it comes from no Book, and what is cut off will be in a real language.
const Pseudo = "en-XA"

// Languages lists the tags that specimens can be drawn in.
func Languages() []string {
	tongues, err := tongue.Load(web.Files)
	if err != nil {
		panic(err) // files of our own
	}
	return append(tongues.Tags(), Pseudo)
}

// bookOf gives the texts of a language; English for one that is not known.
func bookOf(tag string) *words.Book {
	if tag == Pseudo {
		return pseudo()
	}
	tongues, err := tongue.Load(web.Files)
	if err != nil || tongues.Book(tag) == nil {
		return &words.English
	}
	return tongues.Book(tag)
}

// accents replace letters by ones that look alike and are not English.
var accents = strings.NewReplacer("a", "á", "e", "é", "i", "í", "o", "ö", "u", "ü", "n", "ñ", "c", "ç", "s", "š",
	"A", "Å", "E", "É", "I", "Î", "O", "Ø", "U", "Û", "C", "Č", "S", "Š", "N", "Ñ")

// pseudo makes the Book of Pseudo out of the English.
var pseudo = sync.OnceValue(func() *words.Book {
	b := words.English
	b.Lang, b.Texts, b.Under = Pseudo, map[words.Key]string{}, &words.English
	own, desk, _ := words.EnglishOf()
	texts := maps.Clone(own)
	maps.Copy(texts, desk)
	for key, text := range texts {
		b.Texts[key] = "[" + accented(text) + strings.Repeat(" lörem", (len(text)+11)/12) + "]"
	}
	for _, joint := range []words.Key{words.Sentences, words.Joined, words.Decimal, words.LengthBoth, words.LengthHours, words.LengthMinutes} {
		b.Texts[joint] = words.English.Texts[joint]
	}
	return &b
})

// accented changes all of a text but its placeholders.
func accented(text string) string {
	var out strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(accents.Replace(before))
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString("{" + name + "}")
		text = after
	}
	return out.String()
}
