package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// shared is the one server of a test binary, started by the first test that
// wants a database.
var shared struct {
	once   sync.Once
	server *Server
	err    error
}

// Main runs the tests and then stops the server they shared, if they started
// one. It gives what os.Exit wants.
func Main(m *testing.M) int {
	code := m.Run()
	if shared.server == nil {
		return code
	}
	if err := shared.server.Stop(); err != nil {
		fmt.Println("stop PostgreSQL:", err)
		return max(code, 1)
	}
	return code
}

// Database makes an empty database on the shared server and gives its URL. It
// is dropped with the test. Without PostgreSQL's programs the test fails, or is
// skipped if it is a short one.
func Database(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() { shared.server, shared.err = Start(context.Background()) })
	Available(t, shared.err)
	url, err := shared.server.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := shared.server.Drop(context.WithoutCancel(t.Context()), url); err != nil {
			t.Error(err)
		}
	})
	return url
}

// Available ends the test if err, from Start, is not nil: skipped if PostgreSQL
// is not installed and the tests are short ones, else failed.
func Available(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrMissing) && testing.Short() {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}
