package session

import "strings"

// Device says in words of a closed set what a session was begun with, as far as
// the browser told. The words are for a program to translate; an unknown part is
// empty. Nothing is decided by it: a browser says of itself what it likes.
type Device struct {
	Browser string // edge, chrome, firefox, safari, opera, samsung, teams
	System  string // windows, macos, linux, android, ios, chromeos
	Form    string // computer, tablet, phone
}

// marks are looked through in order: what pretends to be another stands before
// the one it pretends to be.
var (
	browserMarks = [][2]string{
		{"Teams/", "teams"}, {"Edg/", "edge"}, {"EdgA/", "edge"}, {"EdgiOS/", "edge"}, {"OPR/", "opera"},
		{"SamsungBrowser/", "samsung"}, {"FxiOS/", "firefox"}, {"Firefox/", "firefox"},
		{"CriOS/", "chrome"}, {"Chrome/", "chrome"}, {"Safari/", "safari"},
	}
	systemMarks = [][2]string{
		{"iPhone", "ios"}, {"iPad", "ios"}, {"Android", "android"}, {"CrOS", "chromeos"},
		{"Windows", "windows"}, {"Macintosh", "macos"}, {"Linux", "linux"},
	}
)

// DeviceOf reads the User-Agent of a browser.
func DeviceOf(agent string) Device {
	const longest = 1000
	agent = agent[:min(len(agent), longest)]
	d := Device{Browser: marked(agent, browserMarks), System: marked(agent, systemMarks)}
	switch {
	case strings.Contains(agent, "iPad"), d.System == "android" && !strings.Contains(agent, "Mobile"):
		d.Form = "tablet"
	case d.System == "ios", d.System == "android":
		d.Form = "phone"
	case d.System != "":
		d.Form = "computer"
	}
	return d
}

func marked(agent string, marks [][2]string) string {
	for _, m := range marks {
		if strings.Contains(agent, m[0]) {
			return m[1]
		}
	}
	return ""
}

// String gives the device as it is stored; ParseDevice reads it.
func (d Device) String() string { return d.Browser + "/" + d.System + "/" + d.Form }

// ParseDevice reads what String gave; anything else is a device that is not
// known.
func ParseDevice(s string) Device {
	parts := strings.Split(s, "/")
	if len(parts) != 3 {
		return Device{}
	}
	return Device{parts[0], parts[1], parts[2]}
}
