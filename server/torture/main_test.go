package torture

import (
	"fmt"
	"os"
	"testing"

	"timeclock/server/postgres/postgrestest"
)

// folder is where the program stands while tests run.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "timeclock-torture-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := postgrestest.Main(m)
	_ = os.RemoveAll(folder) // it is a temporary one
	os.Exit(status)
}
