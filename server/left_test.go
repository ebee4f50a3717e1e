package server_test

import (
	"testing"

	"timeclock/server/sandbox"
)

// TestWhatLeavesIsLookedThrough: the look for secrets that every test of a site
// ends with would find one, in what was answered and in what was logged.
func TestWhatLeavesIsLookedThrough(t *testing.T) {
	s := open(t)
	b := s.signIn(sandbox.Anna)
	cookie := b.http.Jar.Cookies(mustParse(t, s.url))[0].Value
	for _, there := range []string{cookie, `"msg":"sign_in"`} {
		if len(s.left.Leaks(there)) == 0 {
			t.Errorf("%q is not found", there)
		}
	}
}
