// Package postgrestest gives tests a PostgreSQL server of their own.
//
// The server is made from the programs of Debian's package postgresql (or those
// on the PATH) in a temporary folder, listens on a socket in that folder and
// nowhere else, and is gone when the tests are. It runs as an unprivileged user
// when the tests run as root, since PostgreSQL refuses to be root. It is set up
// as one would for real, with fsync on; the folder is in memory where there is
// much of it, which outlives a crash of the server but not of the machine.
//
//	func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }
//
//	func TestSomething(t *testing.T) {
//		db, err := postgres.Open(t.Context(), postgrestest.Database(t))
package postgrestest
