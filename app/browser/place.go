package browser

import "errors"

// Place is where this device is: degrees of WGS 84, and within how many metres
// that is right with a probability of 95 in a hundred.
type Place struct{ Latitude, Longitude, Accuracy float64 }

// Permission is whether pages of this origin may know where the device is.
type Permission string

// Prompt: the browser asks when it is needed. Unable: it has no way to tell.
const (
	Prompt  Permission = "prompt"
	Granted Permission = "granted"
	Denied  Permission = "denied"
	Unable  Permission = "unable"
)

// ErrDenied says that the device's person, or the browser, does not want it
// known where it is.
var ErrDenied = errors.New("the place of this device is not to be known")
