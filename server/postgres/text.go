package postgres

import "strings"

// storable gives s as PostgreSQL can keep it: its text is UTF-8 without the
// character NUL (postgresql.org/docs/current/datatype-character.html). What
// people's devices and the provider write freely passes through here, so that
// no press is refused for a character nobody sees.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
