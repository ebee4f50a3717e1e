package shell

import (
	"net/http"
	"strings"

	"timeclock/app/wire"
	"timeclock/web"
)

// ThemeScript is the name among the assets of the script that applies the theme.
const ThemeScript = "theme.js"

// renderTheme gives the theme script, which is the same for every version.
func renderTheme() ([]byte, error) {
	source, err := web.Files.ReadFile(ThemeScript)
	return []byte(strings.ReplaceAll(string(source), "__COOKIE__", wire.CookieTheme)), err
}

// Theme gives the theme that was chosen on the device r came from, for pages
// that have no script; empty when the device decides.
func Theme(r *http.Request) string {
	c, err := r.Cookie(wire.CookieTheme)
	if err != nil || c.Value != wire.ThemeLight && c.Value != wire.ThemeDark {
		return ""
	}
	return c.Value
}
