package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"timeclock/web/bundle"
)

var program = bytes.Repeat([]byte("\x00asm program "), 1000)

// files lays out a small web folder.
func files(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{
		"css/zebra.css":      {Data: []byte("z{}")},
		"css/base.css":       {Data: []byte("b{}")},
		"css/tokens.css":     {Data: []byte("t{}")},
		"icons/icon.svg":     {Data: []byte("<svg></svg>")},
		"icons/notes.txt":    {Data: []byte("not for browsers")},
		"icons/icon-192.png": {Data: []byte("png")},
	}
	b, err := bundle.Make(program, []byte("runtime"), 1)
	if err != nil {
		t.Fatal(err)
	}
	made, err := b.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range made {
		fsys["dist/"+f.Name] = &fstest.MapFile{Data: f.Data}
		fsys["dist/desk/"+f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

func TestFrom(t *testing.T) {
	a, err := From(files(t))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, asset := range a.All() {
		names = append(names, asset.Name)
		if a.At(asset.Path) != asset || a.Named(asset.Name) != asset {
			t.Errorf("%s is not found at %s", asset.Name, asset.Path)
		}
		if !strings.Contains(asset.Path, asset.Hash[:12]) {
			t.Errorf("%s stands at %s, want its hash %s in it", asset.Name, asset.Path, asset.Hash[:12])
		}
	}
	if got, want := strings.Join(names, " "), "app.wasm desk.css desk.wasm icons/icon-192.png icons/icon.svg style.css wasm_exec.js"; got != want {
		t.Errorf("All() = %s, want %s", got, want)
	}
	style := read(t, a.Named(Style), Identity)
	if want := "/* tokens.css */\nt{}\n/* base.css */\nb{}\n/* zebra.css */\nz{}\n"; string(style) != want {
		t.Errorf("style sheet %q, want %q", style, want)
	}
}

func TestFormsHoldTheSame(t *testing.T) {
	text := bytes.Repeat([]byte("a line of script\n"), 100)
	a, err := From(files(t))
	if err != nil {
		t.Fatal(err)
	}
	a = a.With("app.js", text)
	for name, want := range map[string][]byte{Program: program, "app.js": text} {
		asset := a.Named(name)
		if got := asset.Encodings(); len(got) != 3 || got[2] != Identity {
			t.Errorf("%s: Encodings() = %v, want br, gzip, identity", name, got)
		}
		for _, enc := range asset.Encodings() {
			if got := decode(t, enc, read(t, asset, enc)); !bytes.Equal(got, want) {
				t.Errorf("%s as %s holds %d bytes, want %d, or others", name, enc, len(got), len(want))
			}
		}
	}
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	a, err := From(files(t))
	if err != nil {
		t.Fatal(err)
	}
	b := a.With("app.js", []byte("one"))
	c := b.With("app.js", []byte("two"))
	if a.Named("app.js") != nil || string(read(t, b.Named("app.js"), Identity)) != "one" {
		t.Error("With changed what it was called on")
	}
	if c.At(b.Named("app.js").Path) != nil {
		t.Error("what With replaced is still served")
	}
}

func TestFromWithoutProgram(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(fstest.MapFS)
	}{
		{"fresh clone", func(f fstest.MapFS) {
			for name := range f {
				if strings.HasPrefix(name, "dist/") {
					delete(f, name)
				}
			}
		}},
		{"no manifest", func(f fstest.MapFS) { delete(f, "dist/"+bundle.ManifestFile) }},
		{"manifest cut", func(f fstest.MapFS) { f["dist/"+bundle.ManifestFile].Data = []byte(`{"version":`) }},
		{"program of another build", func(f fstest.MapFS) { f["dist/"+bundle.ProgramBrotli].Data = []byte("other") }},
		{"the supervisors' program missing", func(f fstest.MapFS) { delete(f, "dist/desk/"+bundle.ProgramBrotli) }},
		{"no runtime", func(f fstest.MapFS) { delete(f, "dist/"+bundle.RuntimeFile) }},
	} {
		f := files(t)
		row.damage(f)
		_, err := From(f)
		if !errors.Is(err, bundle.ErrNotBuilt) || !strings.Contains(err.Error(), "run make build") {
			t.Errorf("%s: From = %v, want %v", row.name, err, bundle.ErrNotBuilt)
		}
	}
}

func TestEmbedded(t *testing.T) {
	sheets, err := styleSheet(Files, "css/*.css")
	if err != nil || !bytes.HasPrefix(sheets, []byte("/* tokens.css */")) {
		t.Errorf("style sheet begins %.40q, %v, want tokens.css first", sheets, err)
	}
	if bytes.Contains(sheets, []byte("://")) || bytes.Contains(sheets, []byte("@import")) {
		t.Error("the style sheet fetches something")
	}
}

func read(t *testing.T, a *Asset, enc Encoding) []byte {
	t.Helper()
	r, size, err := a.Open(enc)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil || int64(len(data)) != size {
		t.Fatalf("%s as %s: %d bytes, %v, want %d", a.Name, enc, len(data), err, size)
	}
	return data
}

func decode(t *testing.T, enc Encoding, data []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(data)
	switch enc {
	case Brotli:
		r = brotli.NewReader(r)
	case Gzip:
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
