package postgres

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/postgres/postgrestest"
	"timeclock/server/schema"
)

// landed is what stood in a database since the migration of its number.
var landed = map[int]string{
	1: `INSERT INTO sessions VALUES ('5e55', 'tid', 'oid', 'Anna', 'https://issuer.example', '', '[]', 1, 2, 3);
		INSERT INTO tokens VALUES ('5e55', 1, 0, 'sealed')`,
	2: `INSERT INTO presses VALUES ('p1', 'tid.oid', 'oid', '5e55', 'team', 'clockIn', 'clockedOut', 100, 40, 'anchored',
		'phone', 7, 'late bus', 110, 'delivered', '', 3, 'clockIn', 120, false, 0, 0, 0, 'TCK_1', 101, 130, NULL)`,
	3: `INSERT INTO mirror_cards VALUES ('team', 'TCK_1', 'oid', 100, '{"id":"TCK_1"}', 140)`,
	4: `INSERT INTO claims VALUES ('tid.oid', 'a process', 1000)`,
}

// TestLandedDatabasesMigrate brings a database of each schema that was ever in
// use, with what stands in it, up to date.
func TestLandedDatabasesMigrate(t *testing.T) {
	known, err := schema.Read(migrations)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range known {
		t.Run(m.Name, func(t *testing.T) {
			url := postgrestest.Database(t)
			land(t, url, known[:m.Version])
			db, err := Open(t.Context(), url)
			if err != nil {
				t.Fatalf("Open = %v", err)
			}
			defer db.Close()
			wantLanded(t, db, m.Version)
		})
	}
}

// land makes a database by the migrations given, and fills each table as soon
// as it is there.
func land(t *testing.T, url string, known []schema.Migration) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	dir := fstest.MapFS{}
	for _, m := range known {
		dir["migrations/"+m.Name] = &fstest.MapFile{Data: []byte(m.SQL)}
		if err := (&DB{pool}).migrate(t.Context(), fs.FS(dir)); err != nil {
			t.Fatalf("migrate to %s: %v", m.Name, err)
		}
		if _, err := pool.Exec(t.Context(), landed[m.Version]); err != nil {
			t.Fatalf("fill %s: %v", m.Name, err)
		}
	}
}

func wantLanded(t *testing.T, db *DB, version int) {
	t.Helper()
	s, ok, err := Sessions{db}.Find(t.Context(), "5e55")
	if err != nil || !ok || s.Person.Name != "Anna" || s.Parted {
		t.Errorf("the session is %+v, %v, %v", s, ok, err)
	}
	if version < 2 {
		return
	}
	e, err := Journal{db}.Entry(t.Context(), "p1")
	if err != nil || e.Status != wire.Delivered || e.At != 100 || e.Recorded != 101 || e.Note != "late bus" {
		t.Errorf("the press is %+v, %v", e, err)
	}
	stamp := journal.Stamp{Card: "TCK_1", Kind: clock.ClockIn, At: 101}
	if taken, err := (Journal{db}).Adopted(t.Context(), "p2", stamp); err != nil || !taken {
		t.Errorf("Adopted = %v, %v; want the stamp taken", taken, err)
	}
	e.Events = []journal.Event{journal.Delivered(e, 150)}
	if _, err := (Journal{db}).Update(t.Context(), e); err != nil {
		t.Errorf("Update = %v", err)
	}
	if a, err := journal.Audit(t.Context(), (Journal{db}).Chains(), nil); err != nil || a.Events != 1 {
		t.Errorf("Audit = %+v, %v; want one event", a, err)
	}
}
