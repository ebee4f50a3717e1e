//go:build !js

package browser

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Fold gives text without case, as a search compares it.
func Fold(text string) string { return strings.ToLower(text) }

// Follow has look called when the page moves; the host's does not.
func Follow(string, func(from, to float64) bool) (again, stop func()) {
	return func() {}, func() {}
}

// Pressed tells what was pressed; the host has nothing to press.
func Pressed(app.Event, string, string, string) (string, bool) { return "", false }

// OpenDialog opens a dialog; the host has none.
func OpenDialog(string) bool { return false }

// CloseDialog closes it.
func CloseDialog(string) bool { return false }

// Reveal scrolls an element into the window.
func Reveal(string) {}

// Fill puts markup into an element; the host has none.
func Fill(id, markup string) {}

// Patch makes an element's content what markup says; the host has none.
func Patch(id, markup string) bool { return false }

// Refill does what Patch does.
func Refill(id, markup string) bool { return false }
