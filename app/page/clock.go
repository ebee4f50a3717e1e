package page

import (
	"net/url"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// sameTap is how long further taps belong to the one before.
const sameTap = 3 * clock.Second / 2

// noteID is the id of the note's field, here and in the server's page.
const noteID = "note"

// Draft is the note being written and what else was said but not recorded. It
// outlives the screen, so that a look at the history costs nobody what they
// typed.
type Draft struct {
	Note    string
	adopted bool
	working string // the card on which the person says they work still
	owner   string // whose it is; empty while that is not known
}

// belong makes the draft that of person, and reports whether it was another's:
// then nothing of it is left.
func (d *Draft) belong(person string) (emptied bool) {
	if emptied = d.owner != "" && d.owner != person; emptied {
		*d = Draft{adopted: true}
	}
	d.owner = person
	return emptied
}

// Clock is the screen with the button.
type Clock struct {
	app.Compo
	screen

	Store Store
	Draft *Draft

	taken    browser.Adopted // from the server's page
	pressed  clock.Instant   // when the last press was made here
	noted    string          // its note, while that still stands in the field
	held     int             // how many presses of nobody there were before it
	choosing bool            // the person wants another team
	chosen   bool            // what a shortcut chose has the focus, or cannot
	told     told
	asking   asking
	deciding deciding
	first    func() app.UI // draws what stands first in the form
	drawings int           // of that
}

// OnInit takes over what was typed into the server's page; it is replaced by
// the first drawing right after.
func (c *Clock) OnInit() {
	if c.Draft.adopted {
		return
	}
	c.Draft.adopted = true
	c.taken = browser.Adopt(noteID)
	c.Draft.Note = c.taken.Note
}

// OnPreRender is OnMount without a browser, for tests.
func (c *Clock) OnPreRender(ctx app.Context) { c.load(ctx) }

// OnMount begins to follow the Store.
func (c *Clock) OnMount(ctx app.Context) {
	c.load(ctx)
	c.tick(c.Store, clock.Second, func() clock.Instant { return tickFrom(look(c.Store)) }, c.beat())
	ctx.Page().SetTitle(words.T(words.AppName))
	if c.taken.Focused {
		browser.Restore(noteID, c.taken)
		c.taken.Focused = false
	}
}

// OnDismount ends what OnMount began.
func (c *Clock) OnDismount() { c.leave() }

func (c *Clock) load(ctx app.Context) {
	v := look(c.Store)
	c.Draft.belong(v.Me.Person.ID)
	c.told.begin(v)
	c.deciding.begin(v)
	c.follow(ctx, c.Store, c.changed)
	c.shortcut(v)
}

// changed is called after every change of the Model.
func (c *Clock) changed(app.Context) {
	v := look(c.Store)
	if c.Draft.belong(v.Me.Person.ID) {
		c.writeNote("")
		c.told, c.asking, c.deciding, c.noted, c.pressed, c.choosing = told{}, asking{}, deciding{}, "", 0, false
		c.told.begin(v)
		c.deciding.begin(v)
	}
	news := c.told.hear(v)
	c.attend(v)
	c.attendHeld(v)
	c.shortcut(v)
	if news.made && c.noted != "" {
		if c.Draft.Note == c.noted {
			c.writeNote("")
		}
		c.noted = ""
	}
	if news.returned != "" && c.Draft.Note == "" {
		c.writeNote(news.returned)
	}
}

// shortcut gives the focus to the press that a shortcut of the installed app
// names, once it is known whether that may follow. It never presses.
func (c *Clock) shortcut(v view) {
	if c.chosen || v.State() == clock.Unknown || c.later == nil {
		return
	}
	c.chosen = true
	address, err := url.Parse(browser.Path())
	if err != nil {
		return
	}
	if kind := address.Query().Get(wire.ParamPress); kind != "" {
		c.later(func() { browser.FocusPress(kind) })
	}
}

// Render draws the screen that fits the Model.
func (c *Clock) Render() app.UI {
	v := look(c.Store)
	body, foot := c.body(v), who(v, c.signOut)
	return frame(v, PathClock, c.told.said, foot, body)
}

func (c *Clock) body(v view) app.UI {
	switch {
	case v.Phase == state.SignedOut:
		return c.signedOut(v)
	case v.Phase == state.Broken && v.Offline:
		return c.unknown(v)
	case v.Phase == state.Broken:
		return unread(v, c.refresh).Draw()
	case v.Phase == state.Ready && !anyClock(v):
		return noClock(v, c.refresh).Draw()
	case v.Phase == state.Ready && (c.choosing || !v.team.Clock):
		return chooser(v, c.chooseTeam).Draw()
	}
	screen := app.Div().Class("clock")
	if v.Phase != state.Ready {
		return screen.Body(ui.Notices(nil), c.form(v))
	}
	if disputed, _ := v.disputed(); disputed.ID != "" || len(v.Held) > 0 {
		screen.Class("is-deciding")
	}
	return screen.Class("has-side").Body(
		ui.Notices(append(grave(v, troubleActs{c.retry, c.forget}), append(c.undecided(v), c.untold(v)...)...)),
		c.form(v),
		c.side(v),
	)
}

// form is a real one: its buttons reach the server even when the program has
// stopped. Its children keep their places, so that the note's field stays the
// same element from the first drawing on.
func (c *Clock) form(v view) app.UI {
	return app.Form().ID("press").Class("press-form").Method("post").Action(wire.PathPress).Body(
		app.Div().Class("team-place").Body(c.teamLine(v)),
		c.heroPlace(v),
		c.where(v).Draw(),
		&part{Of: words.T(words.NoteLabel), draw: c.note},
		app.If(v.Team != "", func() app.UI {
			return app.Input().Type("hidden").Name(wire.FieldTeam).Value(v.Team)
		}),
	)
}

// heroPlace is what stands first in the form: the hero, or what is asked or shown
// instead. One becomes the other in place, so that the focus stays.
func (c *Clock) heroPlace(v view) app.UI {
	c.drawings++
	var of any = c.drawings
	if f, ok := v.forgotten(); ok && f.card.ID != c.Draft.working {
		c.first = c.question(v, f).Draw
	} else if v.State() == clock.Unknown {
		c.first = func() app.UI { return c.opening(v) }
	} else {
		hero := c.hero(v)
		c.first, of = hero.Draw, hero.Facts()
	}
	return &part{Of: of, draw: func() app.UI { return c.first() }}
}

func (c *Clock) note() app.UI {
	return ui.Note{
		Label: words.T(words.NoteLabel), Hint: words.T(words.NoteHint),
		Start: c.Draft.Note, Max: wire.MaxNote, OnInput: c.typed,
	}.Draw()
}

func (c *Clock) teamLine(v view) app.UI {
	if v.team.Name == "" {
		return nil
	}
	line := teamOf(v)
	if len(v.Me.Teams) > 1 {
		line.Change = &ui.Act{Name: "change-team", Class: "link", Label: words.T(words.TeamChange), On: c.changeTeam}
	}
	return line.Draw()
}

func (c *Clock) side(v view) app.UI {
	disputed, _ := v.disputed()
	presses := pressLines(v, disputed.ID, c.dismiss)
	return app.Aside().Class("side").Body(
		ui.Strip(calm(v)),
		ui.Slot(disputed.ID != "", func() app.UI { return c.conflict(v, disputed).Draw() }),
		ui.Slot(disputed.ID == "" && len(v.Held) > 0, func() app.UI { return c.whose(v, v.Held[0]).Draw() }),
		ui.Slot(len(presses) > 0, func() app.UI { return ui.Presses(ui.PressesID, words.T(words.PressesLabel), presses) }),
		app.IfSlice(v.State() != clock.Unknown, func() []app.UI {
			return []app.UI{&ui.Still{Of: shiftOf(v)}, &ui.Still{Of: weekOf(v)}}
		}),
		age(v, c.refresh).Draw(),
	)
}

// press makes a press. Whoever was asked when they left and says that they work
// still says so with every press.
func (c *Clock) press(_ app.Context, act ui.Act) {
	v := look(c.Store)
	var stated clock.Instant
	if f, ok := v.forgotten(); ok && f.card.ID == c.Draft.working {
		stated = state.Now
	}
	c.pressAt(v, clock.Kind(act.Kind), stated)
}

// pressAt makes a press that is stated to be at at, unless it is the second tap
// of the last one.
func (c *Clock) pressAt(v view, k clock.Kind, at clock.Instant) bool {
	if c.settling(v) {
		return false
	}
	c.pressed, c.noted = v.now, c.Draft.Note
	browser.Vibrate(30)
	if at == 0 {
		c.Store.Press(k, c.Draft.Note)
	} else {
		c.Store.PressStated(k, at, c.Draft.Note)
	}
	return true
}

// settling reports whether a tap now still belongs to the last press. The
// disc says something else by then, so this holds for every press.
func (c *Clock) settling(v view) bool {
	return v.Pressing != "" || c.pressed != 0 && v.now.Sub(c.pressed).Abs() < sameTap
}

func (c *Clock) typed(ctx app.Context, _ app.Event) {
	ctx.PreventUpdate() // nothing else shows it
	c.Draft.Note = ctx.JSSrc().Get("value").String()
}

// writeNote goes past go-app, which cannot empty a field.
func (c *Clock) writeNote(text string) {
	c.Draft.Note = text
	browser.SetValue(noteID, text)
}

func (c *Clock) chooseTeam(_ app.Context, act ui.Act) {
	c.choosing = false
	c.Store.ChooseTeam(act.Value)
}

// retry is what one can do about trouble.
func (c *Clock) retry(app.Context, ui.Act) {
	c.Store.ClearTrouble()
	c.Store.Refresh()
}

func (c *Clock) forget(app.Context, ui.Act)        { c.Store.ClearTrouble() }
func (c *Clock) changeTeam(app.Context, ui.Act)    { c.choosing = true }
func (c *Clock) dismiss(_ app.Context, act ui.Act) { c.Store.Dismiss(act.Value) }
func (c *Clock) refresh(app.Context, ui.Act)       { c.Store.Refresh() }
func (c *Clock) signIn(app.Context, ui.Act)        { c.Store.SignIn("") }
func (c *Clock) notYou(app.Context, ui.Act)        { c.Store.SignIn("select_account") }
func (c *Clock) signOut(app.Context, ui.Act)       { c.Store.SignOut() }
