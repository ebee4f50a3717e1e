// Package page is the screens: one file for each, and routes.go that lists
// them.
//
// A screen asks the Store for its Model, turns it into the plain values of
// app/ui with the words of app/words, and hands presses back. Nothing here is
// computed that app/clock can compute, and nothing waits: every method of the
// Store returns at once.
//
// A screen is described whole with every change of the Model, and go-app draws
// what differs. On a slow phone that takes longer than a frame, so what is large
// and seldom changes is a ui.Still, or a part where it holds functions; what comes
// and goes has a ui.Slot, and what ticks goes past go-app (browser.SetText).
//
// The server has drawn the clock before the program arrives. Clock takes over
// what was typed there, and its first drawing has the same form, so that a
// press and a note are never lost on the way.
package page
