package sqlite_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/journal"
	"timeclock/server/session"
	"timeclock/server/sqlite"
)

var update = flag.Bool("update", false, "keep a database of the present schema as test data")

// What every kept database holds.
const (
	landedPress   = "01a20944-d97c-7515-b78e-3e1f44542132"
	landedSession = "5e5510"
	landedAt      = clock.Instant(1_795_455_097_228)
)

// TestLandedDatabasesMigrate opens a copy of the database of each schema that
// was ever in use, as the program that comes after it does.
func TestLandedDatabasesMigrate(t *testing.T) {
	migrations, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	newest := filepath.Join("testdata", fmt.Sprintf("landed-%04d.sqlite", len(migrations)))
	if *update {
		keep(t, newest)
	}
	if _, err := os.Stat(newest); err != nil {
		t.Errorf("no database of the present schema is kept; keep one with: go test ./server/sqlite -run Landed -update")
	}
	landed, err := filepath.Glob("testdata/landed-*.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range landed {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			copied := filepath.Join(t.TempDir(), "timeclock.db")
			if err := os.WriteFile(copied, data, 0o600); err != nil {
				t.Fatal(err)
			}
			wantLanded(t, openFile(t, copied))
		})
	}
}

func wantLanded(t *testing.T, db *sqlite.DB) {
	t.Helper()
	e, err := sqlite.Journal{DB: db}.Entry(t.Context(), landedPress)
	if err != nil || e.Status != wire.Unsure || e.At != landedAt || e.Person != "tid.oid" || e.Note != "late bus" {
		t.Errorf("the press is %+v, %v", e, err)
	}
	chains := sqlite.Journal{DB: db}.Chains()
	if a, err := journal.Audit(t.Context(), chains, nil); err != nil || a.Chains > 0 && a.Events != 2 {
		t.Errorf("of the record %+v holds, %v; want the two events, if there is one", a, err)
	}
	s, ok, err := sqlite.Sessions{DB: db}.Find(t.Context(), landedSession)
	if err != nil || !ok || s.Person.Name != "Anna" || s.Parted {
		t.Errorf("the session is %+v, %v, %v", s, ok, err)
	}
	if sealed, ok, err := (sqlite.Sessions{DB: db}).Tokens(t.Context(), landedSession); err != nil || !ok || string(sealed.Blob) != "sealed" {
		t.Errorf("the tokens are %+v, %v, %v", sealed, ok, err)
	}
	cards, asOf, err := sqlite.Mirror{DB: db}.Cards(t.Context(), "team", "oid", clock.Stretch{From: 0, To: landedAt + 1})
	if err != nil || asOf != 0 || len(cards) != 1 || cards[0].In.At != landedAt {
		t.Errorf("the cards are %+v as of %d, %v", cards, asOf, err)
	}
}

// keep makes the database that wantLanded expects.
func keep(t *testing.T, file string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(file)
	db, err := sqlite.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	at := landedAt.Time()
	e := journal.Entry{
		Punch: wire.Punch{ID: landedPress, Team: "team", Kind: clock.ClockIn, At: landedAt, Trust: wire.Anchored, Device: "phone", Seq: 1, Note: "late bus"},
		Who:   journal.Who{Person: "tid.oid", Object: "oid", Session: landedSession}, Received: landedAt, Status: wire.Unsure,
	}
	e.Events = []journal.Event{journal.Pressed(e, landedAt), journal.Sent(e, landedAt)}
	if _, _, err := (sqlite.Journal{DB: db}).Accept(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	err = sqlite.Sessions{DB: db}.Create(t.Context(), session.Session{
		Hash: landedSession, Person: session.Person{Tenant: "tid", Object: "oid", Name: "Anna"},
		Created: at, Seen: at, Expires: at.Add(time.Hour), Issuer: "https://issuer.example",
	}, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	card := clock.Card{ID: "TCK_1", Team: "team", Person: "oid", In: &clock.Event{At: landedAt}}
	if err := (sqlite.Mirror{DB: db}).Put(t.Context(), card, landedAt); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil { // takes the write-ahead log into the file
		t.Fatal(err)
	}
}
