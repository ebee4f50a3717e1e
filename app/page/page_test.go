package page

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

// stage is a Store whose Model a test sets and which writes down what it was
// asked for.
type stage struct {
	model state.Model
	now   clock.Instant
	zone  *time.Location
	asked []string
	told  func()
	// wanted is how a card was asked to stand last.
	wanted *clock.Card
}

func (s *stage) Model() state.Model { return s.model }
func (s *stage) Now() clock.Instant { return s.now }
func (s *stage) Zone() clock.Zone   { return clock.InLocation(s.zone) }

func (s *stage) Subscribe(f func()) (cancel func()) {
	s.told = f
	return func() { s.told = nil }
}

func (s *stage) note(parts ...string) { s.asked = append(s.asked, strings.Join(parts, " ")) }

func (s *stage) Press(k clock.Kind, note string) { s.note("press", string(k), note) }
func (s *stage) PressStated(k clock.Kind, at clock.Instant, note string) {
	when := "now"
	if at != state.Now {
		when = at.Time().In(s.zone).Format("2006-01-02 15:04:05")
	}
	s.note("state", string(k), when, note)
}
func (s *stage) Decide(id string, choice wire.Choice, at clock.Instant) {
	when := ""
	if at != 0 {
		when = " " + at.Time().In(s.zone).Format("2006-01-02 15:04:05")
	}
	s.note("decide", id, string(choice)+when)
}
func (s *stage) Dismiss(id string)    { s.note("dismiss", id) }
func (s *stage) ChooseTeam(id string) { s.note("choose", id) }
func (s *stage) LetPlace(may bool) {
	s.note("let place", map[bool]string{true: "yes", false: "no"}[may])
}
func (s *stage) Refresh()      { s.note("refresh") }
func (s *stage) Older()        { s.note("older") }
func (s *stage) ClearTrouble() { s.note("clear") }
func (s *stage) TakeHours(from, to clock.Date, format string) {
	s.note("take", from.String(), to.String(), format)
}
func (s *stage) SignIn(prompt string)           { s.note("sign in", prompt) }
func (s *stage) SignOut()                       { s.note("sign out") }
func (s *stage) Stay()                          { s.note("stay") }
func (s *stage) ReadSignIns()                   { s.note("read sign-ins") }
func (s *stage) EndSignIn(id string)            { s.note("end", id) }
func (s *stage) EndOtherSignIns()               { s.note("end others") }
func (s *stage) EndSignIns()                    { s.note("end all") }
func (s *stage) Install()                       { s.note("install") }
func (s *stage) InstallLater()                  { s.note("install later") }
func (s *stage) Measure()                       { s.note("measure") }
func (s *stage) Persist()                       { s.note("persist") }
func (s *stage) ClearDevice()                   { s.note("clear device") }
func (s *stage) Hold(k clock.Kind, note string) { s.note("hold", string(k), note) }
func (s *stage) Claim(id string)                { s.note("claim", id) }
func (s *stage) Disown(id string)               { s.note("disown", id) }
func (s *stage) OpenCard(id string)             { s.note("open card", id) }
func (s *stage) ReadCard()                      { s.note("read card") }
func (s *stage) ReadTold()                      { s.note("read told") }
func (s *stage) Withdraw(id string)             { s.note("withdraw", id) }
func (s *stage) Reply(about string, _ *clock.Card, agrees bool, word string) {
	s.note("reply", about, fmt.Sprint(agrees), word)
}
func (s *stage) Correct(_, next *clock.Card, text string, own bool) {
	s.note("correct", text, fmt.Sprint(next != nil, own))
	s.wanted = next
}
func (s *stage) Confirm(cards ...clock.Card) { s.note("confirm", fmt.Sprint(len(cards))) }

// shown is a screen in go-app's engine.
type shown struct {
	t      *testing.T
	stage  *stage
	engine app.TestEngine
	root   app.Composer
}

func (s *stage) clock(t *testing.T) (*Clock, *shown) {
	c := &Clock{Store: s, Draft: &Draft{}}
	return c, s.show(t, c)
}

func (s *stage) history(t *testing.T) (*History, *shown) {
	h := &History{Store: s}
	return h, s.show(t, h)
}

func (s *stage) show(t *testing.T, root app.Composer) *shown {
	t.Helper()
	engine := app.NewTestEngine()
	if err := engine.Load(root); err != nil {
		t.Fatalf("load %T: %v", root, err)
	}
	engine.ConsumeAll()
	return &shown{t, s, engine, root}
}

// change sets the Model and lets the screen hear of it.
func (s *shown) change(f func(*state.Model)) {
	f(&s.stage.model)
	s.stage.told()
	s.engine.ConsumeAll()
}

func (s *shown) markup() string { return app.HTMLString(s.root) }

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// text is what a person reads, in one line.
func (s *shown) text() string {
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(s.markup(), " ")), " "))
}

// said is what a screen reader is told.
func (s *shown) said() string {
	_, after, _ := strings.Cut(s.markup(), `role="status"`)
	_, after, _ = strings.Cut(after, ">")
	inside, _, _ := strings.Cut(after, "</p>")
	return strings.TrimSpace(html.UnescapeString(inside))
}

func (s *shown) has(want ...string) {
	s.t.Helper()
	text, markup := s.text(), s.markup()
	for _, w := range want {
		if !strings.Contains(text, w) && !strings.Contains(markup, w) {
			s.t.Errorf("the screen lacks %q; it reads:\n%s", w, text)
		}
	}
}

func (s *shown) lacks(unwanted ...string) {
	s.t.Helper()
	text, markup := s.text(), s.markup()
	for _, w := range unwanted {
		if strings.Contains(text, w) || strings.Contains(markup, w) {
			s.t.Errorf("the screen has %q; it reads:\n%s", w, text)
		}
	}
}

func (s *shown) asked(want ...string) {
	s.t.Helper()
	if got := strings.Join(s.stage.asked, ", "); got != strings.Join(want, ", ") {
		s.t.Errorf("the Store was asked for [%s], want [%s]", got, strings.Join(want, ", "))
	}
}

// pressKind makes the press that a button of kind k makes.
func (c *Clock) pressKind(k clock.Kind) { c.press(app.Context{}, ui.Act{Kind: string(k)}) }

var stockholm = must(time.LoadLocation("Europe/Stockholm"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// at reads a local time in Stockholm, with or without seconds.
func at(local string) clock.Instant {
	layout := "2006-01-02 15:04:05"
	return clock.At(must(time.ParseInLocation(layout[:len(local)], local, stockholm)))
}

func event(local string) *clock.Event { return &clock.Event{At: at(local)} }

// card gives a card; out is empty while it is open, and so is the end of the
// last break. Breaks are pairs of times.
func card(id, in, out string, breaks ...string) clock.Card {
	c := clock.Card{ID: id, Team: "t1", In: event(in)}
	if out != "" {
		c.Out = event(out)
	}
	for i := 0; i < len(breaks); i += 2 {
		b := clock.Break{Start: *event(breaks[i])}
		if breaks[i+1] != "" {
			b.End = event(breaks[i+1])
		}
		c.Breaks = append(c.Breaks, b)
	}
	return c
}

// wednesday is a stage at 11:14:46 on Wednesday 1 April 2026, with Monday and
// Tuesday worked.
func wednesday(cards ...clock.Card) *stage {
	now := at("2026-04-01 11:14:46")
	return &stage{
		now:  now,
		zone: stockholm,
		model: state.Model{
			Phase: state.Ready,
			Me: wire.Me{
				Person: wire.Person{ID: "p1", Name: "Anna Lind"},
				Teams:  []wire.Team{{ID: "t1", Name: "Café Norr", Zone: "Europe/Stockholm", FirstDay: 1, Clock: true}},
			},
			Team: "t1",
			AsOf: now.Add(-2 * clock.Minute),
			Cards: append([]clock.Card{
				card("mon", "2026-03-30 08:00", "2026-03-30 16:30", "2026-03-30 12:00", "2026-03-30 12:30"),
				card("tue", "2026-03-31 08:00", "2026-03-31 15:30"),
			}, cards...),
		},
	}
}
