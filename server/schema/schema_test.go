package schema_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"timeclock/server/schema"
)

func dir(names ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, name := range names {
		files["migrations/"+name] = &fstest.MapFile{Data: []byte("-- " + name)}
	}
	return files
}

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		want  []int
		err   string
	}{
		{"none", nil, nil, ""},
		{"in order of their numbers, with gaps", []string{"0010_c.sql", "0002_b.sql", "0001_a.sql", "notes.txt"}, []int{1, 2, 10}, ""},
		{"a number used twice", []string{"0001_a.sql", "0001_b.sql"}, nil, "0001_b.sql: number 1 is taken by 0001_a.sql"},
		{"a name without number", []string{"sessions.sql"}, nil, "four digits"},
		{"a short number", []string{"001_a.sql"}, nil, "four digits"},
		{"number 0", []string{"0000_a.sql"}, nil, "four digits"},
	} {
		all, err := schema.Read(dir(tt.files...))
		if (tt.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: Read: %v, want an error with %q", tt.name, err, tt.err)
		}
		if len(all) != len(tt.want) {
			t.Errorf("%s: Read = %d migrations, want %d", tt.name, len(all), len(tt.want))
			continue
		}
		for i, m := range all {
			if m.Version != tt.want[i] || m.SQL != "-- "+m.Name {
				t.Errorf("%s: migration %d = %+v, want version %d with its own text", tt.name, i, m, tt.want[i])
			}
		}
	}
}

func TestRefuseNewer(t *testing.T) {
	all, err := schema.Read(dir("0001_a.sql", "0003_b.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for have := range 5 {
		err := schema.RefuseNewer(have, all)
		if refused := have > 3; refused != (err != nil) {
			t.Errorf("RefuseNewer(%d) = %v, want an error: %v", have, err, refused)
		}
	}
	if err := schema.RefuseNewer(1, nil); err == nil {
		t.Error("RefuseNewer(1) of a program without migrations = nil, want an error")
	}
}
