// Package schema reads the numbered migrations that a store carries.
//
// It knows no database: a store applies what Read gives in its own way, and
// refuses by RefuseNewer what it does not understand.
package schema

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Migration is one file migrations/NNNN_name.sql.
type Migration struct {
	Version int    // NNNN, at least 1
	Name    string // of the file
	SQL     string
}

// State is the version a database has, and the one its program would give it.
// Have is 0 when no program has been there.
type State struct{ Have, Know int }

// Read gives the migrations in dir in the order of their numbers, which must be
// there and differ.
func Read(dir fs.FS) ([]Migration, error) {
	paths, err := fs.Glob(dir, "migrations/*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	var all []Migration
	for _, file := range paths {
		name := path.Base(file)
		number, _, _ := strings.Cut(name, "_")
		version, err := strconv.Atoi(number)
		if err != nil || len(number) != 4 || version < 1 {
			return nil, fmt.Errorf("migration %s: the name must begin with four digits and _", name)
		}
		if len(all) > 0 && all[len(all)-1].Version == version {
			return nil, fmt.Errorf("migration %s: number %d is taken by %s", name, version, all[len(all)-1].Name)
		}
		text, err := fs.ReadFile(dir, file)
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", name, err)
		}
		all = append(all, Migration{version, name, string(text)})
	}
	return all, nil
}

// Latest gives the number of the last of all; 0 when there is none.
func Latest(all []Migration) int {
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].Version
}

// RefuseNewer is an error, for the operator, if a database of version have was
// written by a program that knows more than all.
func RefuseNewer(have int, all []Migration) error {
	if know := Latest(all); have > know {
		return fmt.Errorf("the database has schema version %d and this program knows only up to %d: run the newer program, or restore a backup made before it", have, know)
	}
	return nil
}
