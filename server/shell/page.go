package shell

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/url"

	"timeclock/app/clock"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/web"
)

// The pages of the two programs, and the head they share.
//
//go:embed head.html page.html desk.html
var sources embed.FS

// page is what the template is filled with. None of it is about a person.
type page struct {
	Lang, Dir string
	// ColourLight and ColourDark are for the browser's own frame.
	ColourLight, ColourDark string
	Style, Early, Theme     string // versioned paths
	More                    string // versioned path of a second style sheet; may be empty
	Runtime, Script         string // versioned paths
	Icon, TouchIcon         string // versioned paths; may be empty
	Manifest                string
	Words                   []string // paths of the program's texts
	Texts                   texts    // of the early script
	Press                   string   // where the form posts to
	FieldKind, FieldNote    string
	MaxNote                 int
	Clock                   ui.Glyph
	Buttons                 []button
}

// button makes one press. The page does not know the state a person is in, so
// each is an intent of its own.
type button struct {
	Kind  clock.Kind
	Label string
	Glyph ui.Glyph
}

// renderPage gives the page of that name in a language, the same for everyone
// who reads it, which starts the program by that script.
func renderPage(name, script string, assets *web.Assets, book *words.Book) ([]byte, error) {
	p := page{
		Lang: book.Lang, Dir: book.Dir,
		ColourLight: colourLight, ColourDark: colourDark,
		Style:    assets.Named(web.Style).Path,
		Early:    assets.Named(EarlyScript).Path,
		Theme:    assets.Named(ThemeScript).Path,
		Runtime:  assets.Named(web.Runtime).Path,
		Script:   assets.Named(script).Path,
		Manifest: pathManifest + "?" + url.Values{wire.ParamLanguage: {book.Lang}}.Encode(),
		Words:    wordsOf(assets, book.Lang, script == DeskScript), Texts: newTexts(book),
		Press: wire.PathPress, FieldKind: wire.FieldKind, FieldNote: wire.FieldNote,
		MaxNote: wire.MaxNote,
		Clock:   ui.GlyphClock,
		Buttons: []button{
			{clock.ClockIn, book.T(words.ActClockIn), ui.GlyphIn},
			{clock.StartBreak, book.T(words.ActStartBreak), ui.GlyphBreak},
			{clock.EndBreak, book.T(words.PageEndBreak), ui.GlyphBack},
			{clock.ClockOut, book.T(words.ActClockOut), ui.GlyphOut},
		},
	}
	if script == DeskScript {
		p.More = assets.Named(web.DeskStyle).Path
	}
	if a := assets.Named("icons/icon.svg"); a != nil {
		p.Icon = a.Path
	}
	if a := assets.Named("icons/apple-touch-icon.png"); a != nil {
		p.TouchIcon = a.Path
	}
	t, err := template.New(name).Funcs(template.FuncMap{"t": text(book)}).ParseFS(sources, "head.html", name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("draw %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// text is book.T for the template. A text that is missing is an error.
func text(book *words.Book) func(words.Key) (string, error) {
	return func(key words.Key) (string, error) {
		if t := book.T(key); t != string(key) {
			return t, nil
		}
		return "", fmt.Errorf("no text for %q", key)
	}
}
