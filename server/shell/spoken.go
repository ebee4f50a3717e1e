package shell

import (
	"net/http"
	"strings"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/tongue"
	"timeclock/web"
)

// spoken is what the shell says in one language.
type spoken struct {
	page, desk *web.Asset
	worker     *web.Asset
	manifest   *web.Asset
}

// all lists the files, for their hash.
func (s spoken) all() []*web.Asset { return []*web.Asset{s.page, s.desk, s.worker, s.manifest} }

// speak writes the files of one language.
func (s *Shell) speak(book *words.Book) (spoken, error) {
	var made spoken
	page, err := renderPage("page.html", AppScript, s.assets, book)
	if err != nil {
		return made, err
	}
	desk, err := renderPage("desk.html", DeskScript, s.assets, book)
	if err != nil {
		return made, err
	}
	worker, err := renderWorker(s.Version, book.Lang, s.assets, s.routes)
	if err != nil {
		return made, err
	}
	manifest, err := renderManifest(s.assets, book)
	if err != nil {
		return made, err
	}
	return spoken{
		page:     web.NewAsset("page.html", page),
		desk:     web.NewAsset("desk.html", desk),
		worker:   web.NewAsset("app-worker.js", worker),
		manifest: web.NewAsset("app.webmanifest", manifest),
	}, nil
}

// of gives what answers r: in the language its address names, which what keeps
// a page asks for, or in that of whoever asks.
func (s *Shell) of(w http.ResponseWriter, r *http.Request) spoken {
	if named, ok := s.spoken[r.URL.Query().Get(wire.ParamLanguage)]; ok {
		return named
	}
	book := s.tongues.Of(r)
	w.Header().Add("Vary", tongue.Vary)
	w.Header().Set("Content-Language", book.Lang)
	return s.spoken[book.Lang]
}

// wordsOf lists the paths of the texts that a program needs in a language. The
// English are within it.
func wordsOf(assets *web.Assets, lang string, desk bool) []string {
	names := []string{web.Words + lang + ".json"}
	if desk {
		names = append(names, web.DeskWords+lang+".json")
	}
	var paths []string
	for _, name := range names {
		if a := assets.Named(name); a != nil {
			paths = append(paths, a.Path)
		}
	}
	return paths
}

// foreignWords reports whether a is the texts of a language other than lang, or of
// the supervisors' screens: what the page of that language never asks for.
func foreignWords(a *web.Asset, lang string) bool {
	return strings.HasPrefix(a.Name, web.Words) && a.Name != web.Words+lang+".json"
}
