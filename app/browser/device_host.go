//go:build !js

package browser

import "context"

// Install says how the program can be installed; on the host it cannot.
func (Device) Install() Install { return "" }

// PromptInstall has the browser ask; the host has none.
func (Device) PromptInstall() {}

// Room tells what is kept on the device; the host does not know.
func (Device) Room(context.Context) (Room, error) { return Room{}, ErrUnsupported }

// Persist asks that what is kept stays; the host does not know.
func (Device) Persist(context.Context) (bool, error) { return false, ErrUnsupported }

// DropProgram removes the kept program; the host keeps none.
func (Device) DropProgram(context.Context) error { return nil }

// StartOver hides the page and loads it anew; the host has none.
func (Device) StartOver() {}

// Installs calls f with every news of whether the program can be installed,
// until stop is called; the host has none.
func Installs(func()) (stop func()) { return func() {} }
