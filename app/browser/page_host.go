//go:build !js

package browser

import "sync"

var prefs sync.Map

// Assign leaves for another address; the host has none to leave.
func Assign(string) {}

// Reload loads the page anew; the host has none.
func Reload() {}

// Path gives path and query of the present address.
func Path() string { return "/" }

// Online reports what the browser believes of the network.
func Online() bool { return true }

// Visible reports whether the page can be seen.
func Visible() bool { return true }

// Vibrate shakes the device for so many milliseconds, where it can.
func Vibrate(int) {}

// Pref gives what SetPref stored under key, or nothing.
func Pref(key string) string {
	v, _ := prefs.Load(key)
	s, _ := v.(string)
	return s
}

// SetPref stores value under key for the life of the process.
func SetPref(key, value string) { prefs.Store(key, value) }

// Adopt reads the field with that id; the host has none.
func Adopt(string) Adopted { return Adopted{} }

// Restore puts what was adopted into the field with that id.
func Restore(string, Adopted) {}

// SetValue writes value into the field with that id.
func SetValue(string, string) {}

// SetText writes text into the element with that id.
func SetText(string, string) {}

// FocusFirst gives the focus to the first element with one of these ids.
func FocusFirst(...string) {}
