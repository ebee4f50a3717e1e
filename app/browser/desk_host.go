//go:build !js

package browser

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Fold gives text without case, as a search compares it.
func Fold(text string) string { return strings.ToLower(text) }

// Moved calls f after the page was scrolled; the host's is not.
func Moved(func()) (stop func()) { return func() {} }

// Sight tells which part of an element lies within the window; the host has
// none.
func Sight(string) (from, to float64, ok bool) { return 0, 0, false }

// Pressed tells what was pressed; the host has nothing to press.
func Pressed(app.Event, string, string, string) (string, bool) { return "", false }

// OpenDialog opens a dialog; the host has none.
func OpenDialog(string) bool { return false }

// CloseDialog closes it.
func CloseDialog(string) bool { return false }

// Reveal scrolls an element into the window.
func Reveal(string) {}

// NextFrame calls f before the next frame is drawn, which the host does at once.
func NextFrame(f func()) { f() }

// Fill puts markup into an element; the host has none.
func Fill(id, markup string) {}

// Patch makes an element's content what markup says; the host has none.
func Patch(id, markup string) bool { return false }
