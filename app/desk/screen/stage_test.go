package screen

import (
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/wire"
	"timeclock/app/words"
)

func TestMain(m *testing.M) {
	words.AddDesk()
	os.Exit(m.Run())
}

// stage is a Store whose Model a test sets, and which writes down what it was
// asked for.
type stage struct {
	model desk.Model
	now   clock.Instant
	asked []string
	told  func()

	draft   desk.Draft
	amended []wire.Amendment
}

func (s *stage) Model() desk.Model    { return s.model }
func (s *stage) Now() clock.Instant   { return s.now }
func (s *stage) TeamZone() clock.Zone { return clock.InLocation(stockholm) }
func (s *stage) Subscribe(f func()) (cancel func()) {
	s.told = f
	return func() { s.told = nil }
}

func (s *stage) note(parts ...string) { s.asked = append(s.asked, strings.Join(parts, " ")) }

func (s *stage) Retry()                  { s.note("retry") }
func (s *stage) SignIn()                 { s.note("sign in") }
func (s *stage) SignOut()                { s.note("sign out") }
func (s *stage) ChooseTeam(id string)    { s.note("team", id) }
func (s *stage) Refresh()                { s.note("refresh") }
func (s *stage) Show(f func(*desk.View)) { f(&s.model.View) }
func (s *stage) ChooseNone()             { s.note("none") }
func (s *stage) Choose(on bool, p ...string) {
	s.note("choose", strings.Join(p, "+"))
}
func (s *stage) Begin(k clock.Kind, p ...string) { s.note("begin", string(k), strings.Join(p, "+")) }
func (s *stage) Foresee(k clock.Kind, at clock.Instant, reason string) {
	when := "now"
	if at != 0 {
		when = at.Time().In(stockholm).Format("2006-01-02 15:04")
	}
	s.note("foresee", string(k), when, reason)
}
func (s *stage) ReadInbox()                             { s.note("inbox") }
func (s *stage) Answer(id string, ok bool, word string) { s.note("answer", id, fmt.Sprint(ok), word) }
func (s *stage) ReadReport(span desk.Span, fresh bool) {
	s.note("report", string(span), fmt.Sprint(fresh))
}
func (s *stage) ReadDays(p desk.Period) { s.note("days", p.First.String(), p.Next.String()) }
func (s *stage) SaveReport(format string) {
	s.note("save", format)
}
func (s *stage) ConfirmAll()         { s.note("confirm all") }
func (s *stage) Run()                { s.note("run") }
func (s *stage) Undo()               { s.note("undo") }
func (s *stage) Rewrite()            { s.note("rewrite") }
func (s *stage) Leave(reason string) { s.note("leave", reason) }

func (s *stage) ShowPerson(id string, day clock.Date) { s.note("person", id, day.String()) }
func (s *stage) ReadPerson(fresh bool)                { s.note("read person", fmt.Sprint(fresh)) }
func (s *stage) ShowCard(person, id string)           { s.note("card", person, id) }
func (s *stage) ReadCard()                            { s.note("read card") }
func (s *stage) Draft() (desk.Draft, bool)            { return s.draft, s.draft.Typed != nil }
func (s *stage) KeepDraft(d desk.Draft)               { s.draft = d }
func (s *stage) Amend(seen, next *clock.Card, why string) {
	s.amended = append(s.amended, wire.Amendment{Seen: seen, Next: next, Reason: why})
}
func (s *stage) Confirm(person string, cards ...clock.Card) {
	s.note("confirm", person, fmt.Sprint(len(cards)))
}
func (s *stage) Decide(id string, choice wire.Choice) { s.note("decide", id, string(choice)) }

var stockholm = must(time.LoadLocation("Europe/Stockholm"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// at reads a local time in Stockholm.
func at(local string) clock.Instant {
	return clock.At(must(time.ParseInLocation("2006-01-02 15:04", local, stockholm)))
}

// wednesday is a stage at 11:14 on Wednesday 1 April 2026, with four people.
func wednesday() *stage {
	now := at("2026-04-01 11:14")
	row := func(id, name string, s clock.State, since string, worked clock.Span) *desk.Row {
		r := &desk.Row{Row: wire.Row{Person: wire.Person{ID: id, Name: name}, State: s, Worked: worked}}
		if since != "" {
			r.Since = at("2026-04-01 " + since)
		}
		return r
	}
	anna := row("a", "Anna Lind", clock.In, "08:02", 0)
	anna.Began = at("2026-04-01 08:02")
	anna.Shifts = []wire.Shift{{Start: at("2026-04-01 08:00"), End: at("2026-04-01 16:30")}}
	luca := row("l", "Luca Moretti", clock.Out, "", 0)
	luca.Marks = []clock.Mark{{Kind: clock.Missing, From: at("2026-04-01 07:05"), Shift: at("2026-04-01 07:00")}}
	return &stage{now: now, model: desk.Model{
		Phase: desk.Ready, Team: "t1",
		Me:    wire.Me{Person: wire.Person{ID: "s", Name: "Sara"}},
		Teams: []wire.Team{{ID: "t1", Name: "Café Norr", Zone: "Europe/Stockholm", Supervisor: true}},
		Board: desk.Board{Live: true, AsOf: now.Add(-2 * clock.Minute), Rows: []*desk.Row{
			anna, row("b", "Ben Okafor", clock.OnBreak, "11:00", 2*clock.Hour), luca, row("n", "Noor", clock.Out, "10:00", clock.Hour),
		}},
	}}
}

// shownIn is a screen in go-app's engine.
type shownIn struct {
	t      *testing.T
	stage  *stage
	engine app.TestEngine
	root   app.Composer
}

func (s *stage) show(t *testing.T, root app.Composer) *shownIn {
	t.Helper()
	engine := app.NewTestEngine()
	if err := engine.Load(root); err != nil {
		t.Fatalf("load %T: %v", root, err)
	}
	engine.ConsumeAll()
	return &shownIn{t, s, engine, root}
}

func (s *shownIn) change(f func(*desk.Model)) {
	f(&s.stage.model)
	s.stage.told()
	s.engine.ConsumeAll()
}

func (s *shownIn) markup() string { return app.HTMLString(s.root) }

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// text is what a person reads, in one line.
func (s *shownIn) text() string {
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(s.markup(), " ")), " "))
}

func (s *shownIn) has(want ...string) {
	s.t.Helper()
	text, markup := s.text(), s.markup()
	for _, w := range want {
		if !strings.Contains(text, w) && !strings.Contains(markup, w) {
			s.t.Errorf("the screen lacks %q; it reads:\n%s", w, text)
		}
	}
}

func (s *shownIn) lacks(unwanted ...string) {
	s.t.Helper()
	text, markup := s.text(), s.markup()
	for _, w := range unwanted {
		if strings.Contains(text, w) || strings.Contains(markup, w) {
			s.t.Errorf("the screen has %q; it reads:\n%s", w, text)
		}
	}
}
