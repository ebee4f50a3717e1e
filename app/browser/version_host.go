//go:build !js

package browser

// Version names the deployment; the host's has no name.
func Version() string { return "" }

// Updates calls f with news of deployments until stop is called; the host
// hears of none.
func Updates(func(version string)) (stop func()) { return func() {} }

// LookForUpdate asks for another version; the host has nobody to ask.
func LookForUpdate() {}

// FocusPress gives the focus to a button; the host has none.
func FocusPress(string) bool { return false }
