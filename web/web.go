// Package web holds what browsers fetch: the style sheets, the icons, the texts
// of each language, the service worker, and the browser program as cmd/build
// made it.
//
// Every file is offered under a name that changes with its content, together
// with its compressed forms, so that a server can let it be kept for ever and
// spend nothing on sending it. The package answers no requests: it knows
// bytes, names and types, not HTTP.
package web

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"timeclock/web/bundle"
)

// Files is everything embedded: css/, icons/, shots/, words/, the scripts, and
// dist/, which is all but empty until the browser program is built.
//
//go:embed css icons all:dist shots words *.js
var Files embed.FS

// Names of assets. An icon is named as its file, as "icons/icon.svg", and so is
// a picture of a screen, whose name begins with Shots; that of a shortcut's icon
// begins with Shortcuts. The texts of a language are named by Words and its tag,
// and those of the supervisors' screens by DeskWords and the tag.
const (
	Program = "app.wasm"  // everybody's
	Desk    = "desk.wasm" // the supervisors'
	Runtime = "wasm_exec.js"
	Style   = "style.css"
	// DeskStyle is what the supervisors' screens need beside Style.
	DeskStyle = "desk.css"
	Shots     = "shots/"
	Words     = "words/"
	DeskWords = "words/desk/"
	Shortcuts = "icons/shortcut-"
)

// first lists the style sheets that come before the others, which follow by
// name: what is declared must stand before what uses or overrides it.
var first = []string{"tokens.css", "base.css"}

// Assets are files under versioned names. They never change, and may be used by
// any number of goroutines.
type Assets struct {
	// Bundle describes everybody's browser program.
	Bundle bundle.Manifest

	byName map[string]*Asset
	byPath map[string]*Asset
}

// Load prepares the embedded files. The error wraps bundle.ErrNotBuilt when
// the browser program is not among them.
func Load() (*Assets, error) { return From(Files) }

// From prepares files laid out as Files is.
func From(files fs.FS) (*Assets, error) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		return nil, err
	}
	b, err := bundle.Read(dist)
	if err != nil {
		return nil, err
	}
	a := &Assets{Bundle: b.Manifest, byName: map[string]*Asset{}, byPath: map[string]*Asset{}}
	a.put(programAsset(Program, b))
	if err := a.addDesk(dist); err != nil {
		return nil, err
	}
	a.put(NewAsset(Runtime, b.Runtime))
	for name, sheets := range map[string]string{Style: "css/*.css", DeskStyle: "css/desk/*.css"} {
		style, err := styleSheet(files, sheets)
		if err != nil {
			return nil, err
		}
		a.put(NewAsset(name, style))
	}
	for _, pattern := range []string{"icons/*.*", Shots + "*.*", Words + "*.json", DeskWords + "*.json"} {
		if err := a.addFiles(files, pattern); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// With gives a copy that has one more file, made elsewhere, under a name that
// ends in its kind.
func (a *Assets) With(name string, data []byte) *Assets {
	more := &Assets{Bundle: a.Bundle, byName: maps.Clone(a.byName), byPath: maps.Clone(a.byPath)}
	more.put(NewAsset(name, data))
	return more
}

// Named gives the asset of that name; nil when there is none.
func (a *Assets) Named(name string) *Asset { return a.byName[name] }

// At gives the asset served at that path; nil when there is none.
func (a *Assets) At(path string) *Asset { return a.byPath[path] }

// All lists the assets by name.
func (a *Assets) All() []*Asset {
	all := make([]*Asset, 0, len(a.byName))
	for _, asset := range a.byName {
		all = append(all, asset)
	}
	slices.SortFunc(all, func(x, y *Asset) int { return cmp.Compare(x.Name, y.Name) })
	return all
}

func (a *Assets) put(asset *Asset) {
	if old := a.byName[asset.Name]; old != nil {
		delete(a.byPath, old.Path)
	}
	a.byName[asset.Name] = asset
	a.byPath[asset.Path] = asset
}

// addDesk adds the supervisors' program. Both programs were made by one
// toolchain, whose start script serves both.
func (a *Assets) addDesk(dist fs.FS) error {
	dir, err := fs.Sub(dist, "desk")
	if err != nil {
		return err
	}
	b, err := bundle.Read(dir)
	if err != nil {
		return fmt.Errorf("the supervisors' program: %w", err)
	}
	if b.Manifest.Runtime != a.Bundle.Runtime {
		return fmt.Errorf("%w (its programs are of two toolchains)", bundle.ErrNotBuilt)
	}
	a.put(programAsset(Desk, b))
	return nil
}

// addFiles adds the files that match a pattern and are of a known kind.
func (a *Assets) addFiles(files fs.FS, pattern string) error {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return err
	}
	for _, name := range names {
		if kindOf(name) == "" {
			continue
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a.put(NewAsset(name, data))
	}
	return nil
}

// styleSheet joins the style sheets that match a pattern into one.
func styleSheet(files fs.FS, pattern string) ([]byte, error) {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(x, y string) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(x, y))
	})
	var out bytes.Buffer
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "/* %s */\n%s\n", path.Base(name), bytes.TrimSpace(data))
	}
	return out.Bytes(), nil
}

func rank(name string) int {
	if i := slices.Index(first, path.Base(name)); i >= 0 {
		return i
	}
	return len(first)
}

// versioned puts the beginning of a hash before the last dot of a name.
func versioned(name, hash string) string {
	ext := path.Ext(name)
	return "/web/" + strings.TrimSuffix(name, ext) + "." + hash[:12] + ext
}
