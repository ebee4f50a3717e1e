package browser

import "strings"

// cookieIn finds a cookie in what document.cookie says.
func cookieIn(all, name string) string {
	for pair := range strings.SplitSeq(all, ";") {
		if key, value, _ := strings.Cut(strings.TrimSpace(pair), "="); key == name {
			return value
		}
	}
	return ""
}
