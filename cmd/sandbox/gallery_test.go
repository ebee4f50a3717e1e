package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"timeclock/cmd/sandbox/gallery"
)

// Every state of the screens fits the smallest phone, in both themes, and on one page all
// can be looked at.
func TestJourneyThroughTheGallery(t *testing.T) {
	t.Parallel()
	b := open(t, t.TempDir())
	sizes := []screen{small}
	if os.Getenv("TIMECLOCK_SCREENSHOTS") != "" {
		sizes = append(sizes, phone)
	}
	for _, s := range sizes {
		t.Run(s.name, func(t *testing.T) {
			tb := browse(t, b, s)
			tb.specimens("en")
		})
	}
	tb := browse(t, b, desk)
	tb.open(gallery.Path)
	tb.wait("iframe")
	shown := chromedp.Evaluate[string](`document.querySelector("iframe").contentDocument?.body?.innerText ?? ""`)
	if text := ask(tb, "look into the first", shown); !strings.Contains(text, "Clock in") {
		t.Errorf("the first frame reads %q", text)
	}
	if dir := os.Getenv("TIMECLOCK_SCREENSHOTS"); dir != "" {
		tb.shoot(filepath.Join(dir, "gallery.png"))
	}
}

// specimens looks at every state of the screens in a language.
func (tb *tab) specimens(lang string) {
	tb.t.Helper()
	for _, g := range gallery.Groups() {
		for _, specimen := range g.Specimens {
			tb.open(gallery.Path + "/" + specimen.Name + "?lang=" + lang)
			tb.wait("#main")
			ask(tb, "make it real", chromedp.Evaluate[bool]("document.body.inert = false; true"))
			name, judge := "gallery-"+specimen.Name, tb.access
			if lang != "en" {
				name += "-" + lang
			}
			if lang == gallery.Pseudo { // its labels do not hold what they are to
				judge = nil
			}
			tb.see(name, judge)
		}
	}
}

// TestMatrix looks at every state of the screens on every size, in both themes and
// in the languages that are the longest, are read from the right, or are nobody's.
// It takes minutes: make access and make gallery run it.
func TestMatrix(t *testing.T) {
	if os.Getenv("TIMECLOCK_MATRIX") == "" {
		t.Skip("not run: make access and make gallery look at every screen in every form")
	}
	b := open(t, t.TempDir())
	if dir := os.Getenv("TIMECLOCK_SCREENSHOTS"); dir != "" {
		t.Cleanup(func() { writeIndex(t, dir) })
	}
	for _, s := range []screen{small, phone, tablet, desk} {
		for _, lang := range []string{"en", "de", "ar", gallery.Pseudo} {
			t.Run(s.name+"/"+lang, func(t *testing.T) {
				t.Parallel()
				browse(t, b, s).specimens(lang)
			})
		}
	}
}
