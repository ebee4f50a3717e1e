// Package regexp stands in for the standard library's in the browser program,
// which routes by whole paths. go-app mentions these names for routes by
// expression; there are none.
package regexp

// Regexp matches nothing.
type Regexp struct{}

// MustCompile has nothing to compile.
func MustCompile(string) *Regexp { panic("regexp is not in the browser program") }

// MatchString is never called.
func (*Regexp) MatchString(string) bool { return false }
