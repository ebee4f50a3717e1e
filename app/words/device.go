package words

// Names of browsers and systems, by the words of wire.Session. They are the
// same in every language.
var deviceNames = map[string]string{
	"edge": "Edge", "chrome": "Chrome", "firefox": "Firefox", "safari": "Safari", "opera": "Opera",
	"samsung": "Samsung Internet", "teams": "Teams",
	"windows": "Windows", "macos": "macOS", "linux": "Linux", "android": "Android", "ios": "iOS", "chromeos": "ChromeOS",
}

var deviceForms = map[string]Key{"computer": DeviceComputer, "tablet": DeviceTablet, "phone": DevicePhone}

// Device names what a session was begun with, by the words of wire.Session;
// those that this program does not know are left out.
func (b *Book) Device(browser, system, form string) string {
	name, on := deviceNames[browser], deviceNames[system]
	switch {
	case name == "" && on == "":
		name = b.T(DeviceOther)
	case name == "":
		name = on
	case on != "":
		name = b.T(DeviceOn, "browser", name, "system", on)
	}
	if f, ok := deviceForms[form]; ok {
		return b.T(DeviceForm, "device", name, "form", b.T(f))
	}
	return name
}
