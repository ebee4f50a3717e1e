package main

import (
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// picture is one file of a screen, by the name that look gives it.
type picture struct{ File, Screen, Size, Theme, Lang string }

var pictureName = regexp.MustCompile(`^(.+?)(?:-(de|ar|en-XA|sv|fi|fr|es|zh-Hans))?-(small|phone|tablet|desk)-(light|dark)\.png$`)

// index shows all pictures on one page, to be chosen by size, theme and language.
// It needs no script.
var index = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Every screen</title>
<style>
body { margin: 1rem; font: 1rem/1.4 system-ui, sans-serif; color-scheme: light dark; }
fieldset { display: inline-block; border: 0; padding: .5rem 1rem .5rem 0; }
.all { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }
figure { margin: 0; inline-size: 16rem; }
figure img { inline-size: 100%; border: 1px solid; }
figcaption { font-size: .8rem; overflow-wrap: anywhere; }
{{range $kind, $values := .Kinds}}{{range $values}}body:has(#{{$kind}}-{{.}}:checked) figure:not([data-{{$kind}}="{{.}}"]) { display: none; }
{{end}}{{end}}
</style></head><body>
<h1>Every screen</h1>
<form>{{range $kind, $values := .Kinds}}<fieldset><legend>{{$kind}}</legend>
<label><input type="radio" name="{{$kind}}"> all</label>
{{range $i, $value := $values}}<label><input type="radio" name="{{$kind}}" id="{{$kind}}-{{$value}}"{{if eq $i 0}} checked{{end}}> {{$value}}</label>
{{end}}</fieldset>{{end}}</form>
<div class="all">{{range .Pictures}}<figure data-size="{{.Size}}" data-theme="{{.Theme}}" data-lang="{{.Lang}}">
<a href="{{.File}}"><img loading="lazy" src="{{.File}}" alt="{{.Screen}}"></a><figcaption>{{.Screen}} · {{.Size}} · {{.Theme}} · {{.Lang}}</figcaption></figure>
{{end}}</div></body></html>
`))

// writeIndex writes the page over the pictures in dir.
func writeIndex(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []picture
	langs := []string{"en"}
	for _, f := range files {
		m := pictureName.FindStringSubmatch(f.Name())
		if m == nil {
			continue
		}
		p := picture{f.Name(), m[1], m[3], m[4], m[2]}
		if p.Lang == "" {
			p.Lang = "en"
		}
		if !slices.Contains(langs, p.Lang) {
			langs = append(langs, p.Lang)
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b picture) int { return strings.Compare(a.Screen, b.Screen) })
	out, err := os.Create(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	err = index.Execute(out, struct {
		Kinds    map[string][]string
		Pictures []picture
	}{map[string][]string{"size": {"phone", "small", "tablet", "desk"}, "theme": {"light", "dark"}, "lang": langs}, all})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pictures in %s", len(all), filepath.Join(dir, "index.html"))
}
