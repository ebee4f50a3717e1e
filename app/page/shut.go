package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

type handler func(app.Context, ui.Act)

func again(on handler) *ui.Act {
	return &ui.Act{Name: "refresh", Class: "second", Label: words.T(words.TryAgain), On: on}
}

// signedOut is what somebody sees who is not signed in, with what was pressed
// before the session ended and waits for its person.
func (c *Clock) signedOut(v view) app.UI {
	blank := stepUp(v, welcome(c.signIn))
	lines := pressLines(v, "", c.dismiss)
	if len(lines) > 0 {
		blank.Title = words.T(words.WaitingTitle)
		text := words.T(words.WaitingText, "name", v.Me.Person.Name)
		if v.StepUp {
			text = words.T(words.StepUpWaiting, "name", v.Me.Person.Name)
		}
		blank.Text = []string{text}
	}
	return app.Div().Class("signed-out").Body(
		blank.Draw(),
		app.If(len(lines) > 0, func() app.UI { return ui.Presses(ui.PressesID, words.T(words.PressesLabel), lines) }),
		app.If(len(lines) == 0 && len(v.Held) > 0, func() app.UI { return heldHere(v) }),
	)
}

// stepUp says in place of a welcome that the organisation asks who is here.
func stepUp(v view, blank ui.Blank) ui.Blank {
	if v.StepUp {
		blank.Title, blank.Text = words.T(words.StepUpTitle), []string{words.T(words.StepUpText)}
	}
	return blank
}

// welcome is what somebody sees who is not signed in.
func welcome(on handler) ui.Blank {
	return ui.Blank{
		Glyph: ui.GlyphClock,
		Title: words.T(words.WelcomeTitle),
		Text:  []string{words.T(words.WelcomeText)},
		Act:   &ui.Act{Name: "sign-in", Class: "primary", Label: words.T(words.SignIn), On: on},
	}
}

// unread is what is left when nothing could be read and nothing is remembered.
func unread(v view, on handler) ui.Blank {
	code := wire.CodeOffline
	switch {
	case v.Offline:
	case v.Stale != "":
		code = v.Stale
	case v.Trouble != "":
		code = v.Trouble
	}
	b := shut(code, on)
	b.Detail = reference(v)
	return b
}

// shut tells of a problem that leaves no clock to show. Advice that says one
// can go on pressing would be wrong here.
func shut(code wire.Code, on handler) ui.Blank {
	advice := words.Problem(code)
	b := ui.Blank{
		Problem: string(code),
		Glyph:   ui.GlyphAlert,
		Title:   words.T(words.BrokenTitle),
		Text:    []string{advice.What, advice.Do},
		Act:     again(on),
	}
	switch code {
	case wire.CodeOffline:
		b.Text[1] = words.T(words.BrokenOffline)
	case wire.CodeGraphDown, wire.CodeGraphSlow, wire.CodeStore, wire.CodeBusy:
		b.Text[1] = words.T(words.BrokenLater)
	}
	return b
}

// noClock is for a person none of whose teams has a time clock.
func noClock(v view, on handler) ui.Blank {
	b := ui.Blank{Glyph: ui.GlyphClock, Title: words.T(words.NoClockTitle), Act: again(on)}
	if len(v.Me.Teams) == 0 {
		b.Title = words.T(words.NoTeamTitle)
		b.Text = []string{words.T(words.NoTeamText)}
		return b
	}
	if len(v.Me.Teams) == 1 {
		advice := words.Problem(v.Me.Teams[0].Why)
		b.Problem = string(v.Me.Teams[0].Why)
		b.Text = []string{words.Labelling(v.Me.Teams[0].Name, advice.What), advice.Do}
		return b
	}
	for _, t := range v.Me.Teams {
		advice := words.Problem(t.Why)
		b.Problem = string(t.Why)
		b.Text = append(b.Text, words.Labelling(t.Name, words.Together(words.Joined, advice.What, advice.Do)))
	}
	return b
}

// anyClock reports whether one can clock in somewhere.
func anyClock(v view) bool {
	for _, t := range v.Me.Teams {
		if t.Clock {
			return true
		}
	}
	return false
}

// chooser asks which of several teams.
func chooser(v view, on handler) ui.Chooser {
	c := ui.Chooser{Title: words.T(words.TeamChoose), Text: words.T(words.TeamOnce), On: on}
	for _, t := range v.Me.Teams {
		row := ui.Team{ID: t.ID, Name: t.Name, Chosen: t.ID == v.Team}
		if !t.Clock {
			row.Why = words.Problem(t.Why).What
		}
		c.Teams = append(c.Teams, row)
	}
	return c
}

// troubleActs are what one can do about trouble: try again, or take note.
type troubleActs struct{ retry, forget handler }

func (t troubleActs) about(code wire.Code) *ui.Act {
	if code == wire.CodeOrder {
		return &ui.Act{Name: "forget", Class: "link", Label: words.T(words.Dismiss), On: t.forget}
	}
	return again(t.retry)
}

// grave tells what somebody has to see before anything else.
func grave(v view, on troubleActs) []ui.Notice {
	var all []ui.Notice
	if v.Trouble != "" && v.Trouble != lasting(v) {
		n := notice(v.Trouble, ui.Grave)
		n.Detail, n.Act = reference(v), on.about(v.Trouble)
		all = append(all, n)
	}
	return all
}

// calm tells what is not as usual while everything goes on.
func calm(v view) []ui.Notice {
	var all []ui.Notice
	if code := lasting(v); code != "" {
		all = append(all, notice(code, ui.Calm))
	}
	if v.Others > 0 {
		all = append(all, ui.Notice{
			Problem: "others", Tone: ui.Calm,
			What: words.N(words.OthersWait, int64(v.Others)), Do: words.T(words.OthersDo),
		})
	}
	return append(append(all, newer(v)...), offer(v)...)
}

// offer offers to install the program, once there is nothing else to do.
func offer(v view) []ui.Notice {
	if !v.Device.Offer || v.Pressing != "" {
		return nil
	}
	n := ui.Notice{
		Problem: "install", Tone: ui.Calm, Glyph: ui.GlyphDevice, What: words.T(words.InstallOffer), Do: words.T(words.InstallOfferDo),
		Act:   &ui.Act{Name: "install", Class: "link", Label: words.T(words.InstallAct), On: v.install},
		Other: &ui.Act{Name: "install-later", Class: "link", Label: words.T(words.InstallLater), On: v.installLater},
	}
	if v.Device.Install != browser.ByPrompt {
		n.Act.Label = words.T(words.InstallHow)
	}
	return []ui.Notice{n}
}

// install has the browser ask, or shows where it is told how.
func (v view) install(ctx app.Context, _ ui.Act) {
	v.gadget.Install()
	if v.Device.Install != browser.ByPrompt {
		ctx.Navigate(PathSettings)
	}
}

func (v view) installLater(app.Context, ui.Act) { v.gadget.InstallLater() }

// newer offers another version. A press that is just being stored comes first.
func newer(v view) []ui.Notice {
	if !v.Newer || v.Pressing != "" {
		return nil
	}
	load := &ui.Act{Name: "update", Class: "link", Label: words.T(words.NewerLoad), On: reload}
	return []ui.Notice{{
		Problem: "newer", Tone: ui.Calm, What: words.T(words.Newer), Do: words.T(words.NewerDo), Act: load,
	}}
}

func reload(app.Context, ui.Act) { browser.Reload() }

// lasting gives the problem that lasts, if one does.
func lasting(v view) wire.Code {
	if v.Offline {
		return wire.CodeOffline
	}
	return v.Stale
}

func notice(code wire.Code, tone ui.Tone) ui.Notice {
	advice := words.Problem(code)
	return ui.Notice{Problem: string(code), Tone: tone, What: advice.What, Do: advice.Do}
}

func reference(v view) string {
	if v.RequestID == "" {
		return ""
	}
	return words.T(words.Reference, "id", v.RequestID)
}
