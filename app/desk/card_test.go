package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/tell"
	"timeclock/app/wire"
)

func (o *office) TeamAmendments(context.Context, string) (wire.TeamAmendments, error) {
	return wire.TeamAmendments{Team: "t"}, nil
}

var stockholm = clock.InLocation(must(time.LoadLocation("Europe/Stockholm")))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// wall tells times in Stockholm.
func wall() tell.Times { return tell.Times{Now: noon, Zone: stockholm} }

// in reads a local time in Stockholm.
func in(text string) clock.Instant {
	at, ok := wall().Instant(text)
	if !ok {
		panic(text)
	}
	return at
}

func event(text, note string) *clock.Event { return &clock.Event{At: in(text), Note: note} }

// aDay is a card with everything that a card can say.
func aDay() clock.Card {
	return clock.Card{
		ID: "c", In: &clock.Event{At: in("2026-03-24T08:00") + 12_345, Note: "early"}, Out: event("2026-03-24T16:30", "tired"), Note: "all well",
		Breaks: []clock.Break{
			{ID: "b", Start: clock.Event{At: in("2026-03-24T12:00") + 7, Note: "soup"}, End: event("2026-03-24T12:30", "back"), Note: "lunch"},
			{ID: "d", Start: *event("2026-03-24T15:00", ""), End: event("2026-03-24T15:10", "")},
		},
	}
}

func TestDraftGivesTheCardAsItWasTyped(t *testing.T) {
	seen := aDay()
	for _, row := range []struct {
		name  string
		write func(Draft) Draft
		want  func(*clock.Card)
		wrong []Field
	}{
		{"nothing", func(d Draft) Draft { return d }, func(*clock.Card) {}, nil},
		{"the same once more", func(d Draft) Draft { return d.Write(FieldIn, "2026-03-24T08:00") }, func(*clock.Card) {}, nil},
		{"the start", func(d Draft) Draft { return d.Write(FieldIn, "2026-03-24T07:45") }, func(c *clock.Card) { c.In.At = in("2026-03-24T07:45") }, nil},
		{"no end", func(d Draft) Draft { return d.Write(FieldOut, "") }, func(c *clock.Card) { c.Out = nil }, nil},
		{"half an end", func(d Draft) Draft { return d.Write(FieldOut, "2026-03") }, func(*clock.Card) {}, []Field{FieldOut}},
		{"notes", func(d Draft) Draft {
			return d.Write(FieldInNote, " on foot ").Write(FieldOutNote, "").Write(FieldNote, "well").
				Write(BreakField(0, BreakNote), "a long lunch").Write(BreakField(0, BreakFromNote), "").Write(BreakField(0, BreakToNote), "late back")
		}, func(c *clock.Card) {
			c.In.Note, c.Out.Note, c.Note = "on foot", "", "well"
			c.Breaks[0].Note, c.Breaks[0].Start.Note, c.Breaks[0].End.Note = "a long lunch", "", "late back"
		}, nil},
		{"a break less", func(d Draft) Draft { return d.DropBreak(0) }, func(c *clock.Card) { c.Breaks = c.Breaks[1:] }, nil},
		{"and again", func(d Draft) Draft { return d.DropBreak(0).DropBreak(0) }, func(*clock.Card) {}, nil},
		{"one more that stays empty", func(d Draft) Draft { return d.AddBreak() }, func(*clock.Card) {}, nil},
		{"one more", func(d Draft) Draft {
			return d.AddBreak().Write(BreakField(2, BreakFrom), "2026-03-24T10:00").Write(BreakField(2, BreakTo), "2026-03-24T10:05")
		}, func(c *clock.Card) {
			c.Breaks = append(c.Breaks, clock.Break{Start: *event("2026-03-24T10:00", ""), End: event("2026-03-24T10:05", "")})
		}, nil},
		{"one more without its beginning", func(d Draft) Draft { return d.AddBreak().Write(BreakField(2, BreakTo), "2026-03-24T10:05") },
			func(*clock.Card) {}, []Field{BreakField(2, BreakFrom)}},
		{"a break whose beginning is gone", func(d Draft) Draft { return d.Write(BreakField(1, BreakFrom), "") },
			func(c *clock.Card) { c.Breaks = c.Breaks[:1] }, []Field{BreakField(1, BreakFrom)}},
	} {
		want := aDay()
		row.want(&want)
		got, wrong := row.write(BeginDraft("t", "p", &seen)).Next(wall())
		if d := clock.Differences(&want, &got); len(d) != 0 || !slices.Equal(wrong, row.wrong) || len(got.Breaks) != len(want.Breaks) {
			t.Errorf("%s: %+v, wrong %v; want %v wrong", row.name, d, wrong, row.wrong)
		}
	}
	if d := clock.Differences(&seen, new(aDay())); len(d) != 0 {
		t.Errorf("the card that was seen has changed: %+v", d)
	}
}

// TestDraftOfANightWhenTheClocksChange: what was typed is meant by the clock on
// the wall, and lengths come out as they were.
func TestDraftOfANightWhenTheClocksChange(t *testing.T) {
	for _, row := range []struct {
		from, to string
		worked   clock.Span
	}{
		{"2026-03-28T22:00", "2026-03-29T06:00", 7 * clock.Hour},
		{"2026-10-24T22:00", "2026-10-25T06:00", 9 * clock.Hour},
		{"2026-10-24T22:00", "2026-10-25T02:30", 4*clock.Hour + 30*clock.Minute},
		{"2026-03-28T22:00", "2026-03-29T02:30", 4*clock.Hour + 30*clock.Minute},
	} {
		next, wrong := BeginDraft("t", "p", nil).Write(FieldIn, row.from).Write(FieldOut, row.to).Next(wall())
		if got := next.Worked(noon); len(wrong) > 0 || got != row.worked {
			t.Errorf("%s – %s: %v worked, %v wrong", row.from, row.to, got, wrong)
		}
	}
}

// TestDraftOutlivesTheTab: what was written is there again for who wrote it, and
// for nobody else.
func TestDraftOutlivesThePage(t *testing.T) {
	seen := aDay()
	d := BeginDraft("t", "p", &seen).Write(FieldOut, "2026-03-24T18:10").Write(FieldWhy, "she said so").AddBreak().DropBreak(0)
	again, ok := decodeDraft(d.encode("sara"), "sara")
	was, _ := d.Next(wall())
	is, _ := again.Next(wall())
	if !ok || !is.Says(was) || again.Why() != "she said so" || !again.About("t", "P", "c") || again.About("t", "p", "") {
		t.Errorf("kept %+v, %v", again, ok)
	}
	for name, text := range map[string]string{"somebody else's": d.encode("ben"), "nothing": "", "no draft": "{}", "no JSON": "{"} {
		if got, ok := decodeDraft(text, "sara"); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestDraftKeepsWhatIsNotTouched: a card that says anything at all is the same to
// the millisecond when nothing was typed, or the same was.
func TestDraftKeepsWhatIsNotTouched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := clock.Instant(rapid.Int64Range(1_700_000_000_000, 1_800_000_000_000).Draw(t, "in"))
		note := rapid.SampledFrom([]string{"", "a", " b ", "c\nd"})
		next := func() *clock.Event {
			at += clock.Instant(rapid.Int64Range(0, 5_000_000).Draw(t, "later"))
			return &clock.Event{At: at, Note: note.Draw(t, "note")}
		}
		seen := clock.Card{ID: "c", In: next(), Note: note.Draw(t, "note")}
		for i := range rapid.IntRange(0, 4).Draw(t, "breaks") {
			seen.Breaks = append(seen.Breaks, clock.Break{ID: fmt.Sprint(i), Start: *next(), End: next(), Note: note.Draw(t, "note")})
		}
		if rapid.Bool().Draw(t, "closed") {
			seen.Out = next()
		}
		d := BeginDraft("t", "p", &seen)
		for _, f := range []Field{FieldIn, FieldOut, FieldNote, BreakField(0, BreakFrom), BreakField(1, BreakTo)} {
			if rapid.Bool().Draw(t, "typed") {
				d = d.Write(f, d.Start(f, wall()))
			}
		}
		got, wrong := d.Next(wall())
		if len(wrong) > 0 || d.Changes(got) || !got.SameTimes(seen) {
			t.Fatalf("%+v became %+v; wrong %v", seen, got, wrong)
		}
	})
}

func TestSheetJudgesAWeek(t *testing.T) {
	at := func(day, hour string) *clock.Event { return event("2026-03-"+day+"T"+hour, "") }
	d := wire.PersonDays{
		Team: "t", Person: wire.Person{ID: "p"}, From: clock.Date{Year: 2026, Month: 3, Day: 23}, To: clock.Date{Year: 2026, Month: 3, Day: 30}, Scheduled: true,
		Shifts: []wire.Shift{{Start: at("24", "08:00").At, End: at("24", "16:00").At}},
		Cards: []clock.Card{
			{ID: "before", In: at("22", "22:00"), Out: at("23", "02:00")},
			{ID: "late", In: at("24", "08:20"), Out: at("24", "16:00"), Breaks: []clock.Break{{Start: *at("24", "12:00"), End: at("24", "12:30")}}},
			{ID: "night", In: at("28", "22:00"), Out: at("29", "06:00")},
			{ID: "open", In: at("29", "20:00")},
			{ID: "done", In: at("25", "08:00"), Out: at("25", "12:00"), BySupervisor: true},
		},
		Confirmed: []clock.Card{{ID: "night", In: at("28", "22:00"), Out: at("29", "05:00")}},
	}
	team := wire.Team{ID: "t", FirstDay: 1}
	sheet := SheetOf(d, clock.DefaultRules, PlanOf(d, team, stockholm, at("29", "21:00").At))
	if len(sheet.Days) != 7 || len(sheet.Days[0].Cards) != 0 || len(sheet.Days[1].Shifts) != 1 || sheet.Open != 1 {
		t.Errorf("the days are %+v", sheet.Days)
	}
	if want := 7*clock.Hour + 10*clock.Minute + 7*clock.Hour + 4*clock.Hour; sheet.Hours.Worked() != want {
		t.Errorf("%v worked, want %v", sheet.Hours.Worked(), want)
	}
	rules := func(id string) string {
		var all []string
		for _, e := range sheet.OfCard(id) {
			all = append(all, string(e.Rule))
		}
		return strings.Join(all, " ")
	}
	for id, want := range map[string]string{
		"late": "late", "night": "breakMissing unscheduled edited", "open": "unscheduled", "done": "unscheduled", "before": "",
	} {
		if got := rules(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	var ids []string
	for _, c := range sheet.Unconfirmed([]wire.Amended{{Card: "late"}}) {
		ids = append(ids, c.ID)
	}
	if got := strings.Join(ids, " "); got != "night" {
		t.Errorf("to be confirmed are %s", got)
	}
}

// TestAfterTellsOfTheCardAlone: what is said before a press is about the card that
// is written, its day and its week.
func TestAfterTellsOfTheCardAlone(t *testing.T) {
	other := clock.Card{ID: "o", In: event("2026-03-23T08:00", ""), Out: event("2026-03-23T15:00", "")}
	was := clock.Card{ID: "c", In: event("2026-03-24T08:00", ""), Out: event("2026-03-24T12:00", "")}
	p := clock.Plan{Zone: stockholm, FirstDay: time.Monday, Now: in("2026-03-29T12:00")}
	rules := func(next clock.Card) string {
		var all []string
		for _, e := range After(clock.DefaultRules, With([]clock.Card{other, was}, next.ID, &next), next, p) {
			all = append(all, string(e.Rule))
		}
		return strings.Join(all, " ")
	}
	if got := rules(was); got != "" {
		t.Errorf("as it was: %s", got)
	}
	long := was
	long.Out = event("2026-03-24T22:00", "")
	if got := rules(long); got != "tooLong breakMissing overDay" {
		t.Errorf("long: %s", got)
	}
	if got := rules(clock.Card{In: event("2026-03-24T11:00", ""), Out: event("2026-03-24T12:30", "")}); got != "overlap" {
		t.Errorf("one more: %s", got)
	}
}

// records is a server that keeps cards.
type records struct {
	*office
	lost   int // how many answers are lost
	rows   []wire.Amendment
	done   map[string]int // by id
	status wire.Status
	chosen []string
}

func (r *records) Amend(_ context.Context, person string, a wire.Amendments) (wire.AmendedAll, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out wire.AmendedAll
	for _, row := range a.Rows {
		r.rows = append(r.rows, row)
		r.done[row.ID]++
		out.Rows = append(out.Rows, wire.AmendedRow{ID: row.ID, Amended: &wire.Amended{ID: row.ID, Status: r.status, Code: wire.CodeChanged}})
	}
	if r.lost--; r.lost >= 0 {
		return wire.AmendedAll{}, wire.NewProblem(0, wire.CodeOffline, "lost")
	}
	return out, nil
}

func (r *records) Choose(_ context.Context, _, id string, choice wire.Choice) (wire.Amended, error) {
	r.chosen = append(r.chosen, id+" "+string(choice))
	return wire.Amended{ID: id, Status: wire.Delivered}, nil
}

func (r *records) Person(_ context.Context, team, person string, from, to clock.Date, _ bool) (wire.PersonDays, error) {
	return wire.PersonDays{Team: team, Person: wire.Person{ID: person}, From: from, To: to}, nil
}

func (r *records) TrailOf(_ context.Context, team, _, card string) (wire.Trail, error) {
	return wire.Trail{Team: team, Card: &clock.Card{ID: card}}, nil
}

func openRecords(t *testing.T, status wire.Status) (*records, *Store) {
	t.Helper()
	r := &records{office: newOffice(), done: map[string]int{}, status: status}
	ids, kept := 0, map[string]string{}
	s := New(Deps{
		Server: r, Watch: outbox.NewWatch(func() time.Duration { return 0 }, func() clock.Instant { return noon }),
		Zone: func(string) clock.Zone { return stockholm }, ID: func() string { ids++; return fmt.Sprint("id", ids) },
		Fold: strings.ToLower, Assign: func(string) {}, Path: func() string { return "/team" },
		Pref: func(string) string { return "" }, SetPref: func(string, string) {}, Save: func(browser.File) error { return nil },
		Keep: func(k, v string) { kept[k] = v }, Kept: func(k string) string { return kept[k] },
	})
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s.Open(ctx)
	synctest.Wait()
	s.ShowPerson("p1", clock.Date{})
	s.ShowCard("p1", "c")
	synctest.Wait()
	return r, s
}

// TestAnAmendmentKeepsItsID: sent again because its answer was lost it is the
// same, and another one is another.
func TestAnAmendmentKeepsItsID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, s := openRecords(t, wire.Delivered)
		r.lost = 2
		seen, next := aDay(), aDay()
		next.Out.At += 60_000
		for range 3 {
			s.Amend(&seen, &next, "why")
			synctest.Wait()
		}
		if len(r.done) != 1 || r.rows[0].Op != wire.Replace || r.rows[0].Person != "p1" || r.rows[0].Card != "c" || r.rows[0].Team != "t" {
			t.Errorf("sent %+v", r.rows)
		}
		if e := s.Model().Errand; e.Failed != "" || e.Missed != 0 || e.Busy || e.Amended == nil {
			t.Errorf("the errand is %+v", e)
		}
		r.mu.Lock() // the server takes its time
		s.Amend(&seen, &next, "why")
		s.Amend(&seen, nil, "twice") // one is under way
		r.mu.Unlock()
		synctest.Wait()
		if len(r.done) != 2 {
			t.Errorf("sent as %v; asked for anew it is another", r.done)
		}
		s.Amend(nil, &next, "missed")
		synctest.Wait()
		s.Amend(&seen, nil, "wrong")
		synctest.Wait()
		if n := len(r.rows); r.rows[n-2].Op != wire.Create || r.rows[n-1].Op != wire.Delete {
			t.Errorf("sent %+v", r.rows[n-2:])
		}
	})
}

// TestManyAreConfirmedAtOnce: more than one call takes are sent in parts, and
// those that were not confirmed are counted.
func TestManyAreConfirmedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, s := openRecords(t, wire.Conflicted)
		cards := make([]clock.Card, wire.MaxRows+50)
		for i := range cards {
			cards[i].ID = fmt.Sprint("c", i)
		}
		s.Confirm("p1", cards...)
		synctest.Wait()
		e := s.Model().Errand
		if len(r.done) != len(cards) || e.N != len(cards) || e.Missed != len(cards) || e.Failed != wire.CodeChanged || e.Who != "p1" {
			t.Errorf("%d confirmed, the errand is %+v", len(r.done), e)
		}
		s.Decide("x", wire.ChoiceMine)
		synctest.Wait()
		if !slices.Equal(r.chosen, []string{"x mine"}) || s.Model().Errand.Failed != "" {
			t.Errorf("chose %v, %+v", r.chosen, s.Model().Errand)
		}
	})
}

// TestADraftIsItsWritersOwn: it is there after the session has ended, and gone
// with signing out.
func TestADraftIsItsWritersOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := openRecords(t, wire.Delivered)
		s.KeepDraft(BeginDraft("t", "p1", nil).Write(FieldWhy, "w"))
		s.change(s.leave)
		if _, ok := s.Draft(); ok {
			t.Error("it shows to whoever has not signed in")
		}
		s.Retry()
		synctest.Wait()
		if d, ok := s.Draft(); !ok || d.Why() != "w" {
			t.Errorf("after signing in again it is %+v, %v", d, ok)
		}
		s.change(func(m *Model) { m.Me.Person.ID = "ben" })
		if _, ok := s.Draft(); ok || s.Kept(keptDraftKey) != "" {
			t.Error("it is there for somebody else")
		}
	})
}

func TestWhatWaitsOfAPersonAndACard(t *testing.T) {
	m := Model{Amends: []wire.Amended{
		{ID: "1", Person: wire.Person{ID: "A"}, Card: "c", Status: wire.Accepted}, {ID: "2", Person: wire.Person{ID: "a"}, Card: "c", Status: wire.Conflicted},
		{ID: "3", Person: wire.Person{ID: "b"}, Status: wire.Accepted},
	}}
	if a := m.AmendOf("c"); a == nil || a.ID != "2" || m.AmendOf("") != nil || len(m.AmendsOf("a")) != 2 {
		t.Errorf("of the card: %+v", a)
	}
	m.Amends = withAmended(m.Amends, &wire.Amended{ID: "2", Status: wire.Delivered})
	m.Amends = withAmended(m.Amends, &wire.Amended{ID: "3", Status: wire.Sending})
	if got := fmt.Sprintln(len(m.Amends), m.Amends[0].ID, m.Amends[1].Status); got != "2 1 sending\n" {
		t.Errorf("what waits is %s: %+v", got, m.Amends)
	}
}
