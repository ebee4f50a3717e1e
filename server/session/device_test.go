package session_test

import (
	"testing"

	"timeclock/server/session"
)

func TestDeviceOf(t *testing.T) {
	const webkit = "AppleWebKit/537.36 (KHTML, like Gecko) "
	for agent, want := range map[string]session.Device{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + "Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0":                                    {"edge", "windows", "computer"},
		"Mozilla/5.0 (Linux; Android 10; K) " + webkit + "Chrome/143.0.0.0 Mobile Safari/537.36":                                                  {"chrome", "android", "phone"},
		"Mozilla/5.0 (Linux; Android 10; K) " + webkit + "Chrome/143.0.0.0 Safari/537.36":                                                         {"chrome", "android", "tablet"},
		"Mozilla/5.0 (Linux; Android 15; SM-S921B) " + webkit + "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36":                       {"samsung", "android", "phone"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1": {"safari", "ios", "phone"},
		"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/143.0 Mobile/15E148 Safari/604.1":           {"chrome", "ios", "tablet"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                   {"safari", "macos", "computer"},
		"Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0":                                                                  {"firefox", "linux", "computer"},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + webkit + "Chrome/143.0.0.0 Safari/537.36":                                                   {"chrome", "chromeos", "computer"},
		"": {}, "curl/8.5.0": {}, "<script>": {},
	} {
		got := session.DeviceOf(agent)
		if got != want {
			t.Errorf("DeviceOf(%q) = %v, want %v", agent, got, want)
		}
		if back := session.ParseDevice(got.String()); back != got {
			t.Errorf("ParseDevice(%q) = %v, want %v", got.String(), back, got)
		}
	}
	if got := session.ParseDevice(""); got != (session.Device{}) {
		t.Errorf("ParseDevice of nothing = %v", got)
	}
}
