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
			for _, g := range gallery.Groups() {
				for _, specimen := range g.Specimens {
					tb.open(gallery.Path + "/" + specimen.Name)
					tb.wait("#main")
				ask(tb, "make it real", chromedp.Evaluate[bool]("document.body.inert = false; true"))
					tb.look("gallery-" + specimen.Name)
				}
			}
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
