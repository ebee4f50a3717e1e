// Package tongue decides which language an answer is in: the one chosen in the
// settings, which a cookie tells, or else the first that the browser asks for
// and the product speaks, or else English.
//
// It reads the texts of all languages once, and writes none.
package tongue

import (
	"fmt"
	"io/fs"
	"net/http"
	"path"

	"golang.org/x/text/language"

	"timeclock/app/wire"
	"timeclock/app/words"
)

// Tongues are the languages there are texts for. They never change, and may be
// used by any number of goroutines.
type Tongues struct {
	books   map[string]*words.Book
	tags    []string // English first; parallel to what matcher knows
	matcher language.Matcher
}

// Folders of the documents of a language, as web.Files has them: the texts of
// everybody's screens, of the supervisors' and of files.
var Folders = []string{"words", "words/desk", "words/file"}

// Load reads the texts of every language but English, which is within the
// program. A language that is not there as a whole is an error.
func Load(files fs.FS) (*Tongues, error) {
	t := &Tongues{books: map[string]*words.Book{words.English.Lang: &words.English}, tags: []string{words.English.Lang}}
	for _, l := range words.Languages {
		if l.Tag == words.English.Lang {
			continue
		}
		book, err := read(files, l.Tag)
		if err != nil {
			return nil, fmt.Errorf("language %s: %w", l.Tag, err)
		}
		t.books[l.Tag] = book
		t.tags = append(t.tags, l.Tag)
	}
	t.match()
	return t, nil
}

func read(files fs.FS, tag string) (*words.Book, error) {
	var documents [][]byte
	for _, folder := range Folders {
		text, err := fs.ReadFile(files, path.Join(folder, tag+".json"))
		if err != nil {
			return nil, err
		}
		documents = append(documents, text)
	}
	book, err := words.Open(documents...)
	if err == nil && book.Lang != tag {
		err = fmt.Errorf("the texts are of %q", book.Lang)
	}
	return book, err
}

func (t *Tongues) match() {
	var tags []language.Tag
	for _, tag := range t.tags {
		tags = append(tags, language.Make(tag))
	}
	t.matcher = language.NewMatcher(tags)
}

// Tags lists the languages, English first.
func (t *Tongues) Tags() []string { return t.tags }

// Book gives the texts of a language out of Tags.
func (t *Tongues) Book(tag string) *words.Book { return t.books[tag] }

// Of gives the language to answer r in.
func (t *Tongues) Of(r *http.Request) *words.Book {
	if c, err := r.Cookie(wire.CookieLanguage); err == nil && t.books[c.Value] != nil {
		return t.books[c.Value]
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return &words.English
	}
	_, index, confidence := t.matcher.Match(wanted...)
	if confidence == language.No {
		return &words.English
	}
	return t.books[t.tags[index]]
}

// Vary names the header fields that Of reads.
const Vary = "Accept-Language, Cookie"
