package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/server/config"
	"timeclock/server/sandbox"
)

// punchesOf is where the supervisors of a team press for others.
func punchesOf(team string) string { return wire.PathTeams + "/" + team + wire.PathPunchesOf }

// behalf is a press for somebody as it was so long ago.
func behalf(person string, k clock.Kind, ago time.Duration) wire.Behalf {
	now := clock.At(time.Now())
	b := wire.Behalf{Person: person, Punch: wire.Punch{
		ID: uuid.Must(uuid.NewV7()).String(), Kind: k, At: now, Trust: wire.Anchored, Device: "desk", Seq: int64(now), Note: "left the phone at home",
	}}
	if ago > 0 {
		b.Stated = now.Add(-clock.Of(ago))
	}
	return b
}

// TestActingForOthers presses for somebody now, and as of a while ago. With
// people's own tokens Graph is told for whom; with the application's, who acts is
// named where that is wanted, and whose card it is always.
func TestActingForOthers(t *testing.T) {
	for how, args := range map[string][]string{
		"delegated":                   nil,
		"application, with header":    {"--graph-access", config.Application, "--acts-as", config.ActsAsHeader},
		"application, without header": {"--graph-access", config.Application, "--acts-as", config.ActsAsNone},
	} {
		t.Run(how, func(t *testing.T) {
			s := open(t, args...)
			anna, ben, sara := s.box.Person(sandbox.Anna).OID, s.box.Person(sandbox.Ben).OID, s.box.Person(sandbox.Sara).OID
			boss := s.signIn(sandbox.Sara)
			presses := []wire.Behalf{behalf(anna, clock.ClockIn, 0), behalf(ben, clock.ClockIn, time.Hour)}
			var done wire.Results
			if code := boss.call(http.MethodPost, punchesOf(sandbox.HarbourCafe), wire.Behalves{Presses: presses}, &done); code != "" {
				t.Fatal(code)
			}
			boss.acted(t, 2)
			said := 0
			for _, x := range s.said() {
				begins := x.Method == http.MethodPost && (strings.HasSuffix(x.Path, "/clockIn") || strings.HasSuffix(x.Path, "/timeCards"))
				if !begins {
					continue
				}
				said++
				member, person := "onBehalfOfUserId", anna
				if strings.HasSuffix(x.Path, "/timeCards") {
					member, person = "userId", ben
				}
				var body map[string]any
				if err := json.Unmarshal(x.Body, &body); err != nil || body[member] != person {
					t.Errorf("%s says %s, %v; want %s for %s", x.Path, x.Body, err, member, person)
				}
				header := map[string]string{"application, with header": sara}[how]
				if got := x.Header.Get("MS-APP-ACTS-AS"); got != header {
					t.Errorf("%s has MS-APP-ACTS-AS %q, want %q", x.Path, got, header)
				}
			}
			if said != 2 {
				t.Errorf("%d cards were begun, want two", said)
			}
			for i, c := range s.box.Tenant.Cards(sandbox.HarbourCafe) {
				if by := c.CreatedBy; by.Application != (how == "application, without header") || !by.Application && by.ID != sara {
					t.Errorf("card %d was made by %+v", i, by)
				}
				if c.In.Notes == nil || c.In.Notes.Content != presses[0].Note {
					t.Errorf("card %d has the note %v, want the reason", i, c.In.Notes)
				}
			}
			var board wire.Board
			if code := boss.call(http.MethodGet, wire.PathBoard+"?team="+sandbox.HarbourCafe, nil, &board); code != "" {
				t.Fatal(code)
			}
			i := slices.IndexFunc(board.Rows, func(r wire.Row) bool { return r.Person.ID == ben })
			if i < 0 || board.Rows[i].State != clock.In || board.Rows[i].Since != presses[1].Stated {
				t.Errorf("Ben is not in since an hour ago: %+v", board.Rows)
			}
			for _, who := range []string{sandbox.Anna, sandbox.Erik} {
				if code := s.signIn(who).call(http.MethodPost, punchesOf(sandbox.HarbourCafe), wire.Behalves{Presses: []wire.Behalf{behalf(ben, clock.ClockOut, 0)}}, nil); code != wire.CodeForbidden && code != wire.CodeTeamUnknown {
					t.Errorf("%s presses for Ben: %q", who, code)
				}
			}
		})
	}
}

// acted waits until so many presses for others are final, which they must all be
// as delivered.
func (b *browser) acted(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var acts wire.Acts
		if code := b.call(http.MethodGet, wire.PathTeams+"/"+sandbox.HarbourCafe+wire.PathActs, nil, &acts); code != "" {
			t.Fatal(code)
		}
		done := 0
		for _, a := range acts.Acts {
			if a.Receipt.Status == wire.Delivered {
				done++
			}
		}
		if done == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("of %d presses %d are delivered: %+v", n, done, acts.Acts)
		}
	}
}
