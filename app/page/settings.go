package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/state"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// Settings is the screen about the program, this device and the person's
// sessions. All but the sessions is there without a network and for nobody in
// particular.
type Settings struct {
	app.Compo
	screen

	Store Store

	read bool   // the sessions were asked for
	sure string // what is asked before it is done: an Act's name, with its value
}

// OnPreRender is OnMount without a browser, for tests.
func (s *Settings) OnPreRender(ctx app.Context) { s.load(ctx) }

// OnMount begins to follow the Store.
func (s *Settings) OnMount(ctx app.Context) {
	s.load(ctx)
	s.tick(s.Store, clock.Minute, func() clock.Instant { return 0 }, nil)
	ctx.Page().SetTitle(words.T(words.SettingsTitle) + " · " + words.T(words.AppName))
}

// OnDismount ends what OnMount began.
func (s *Settings) OnDismount() { s.leave() }

func (s *Settings) load(ctx app.Context) {
	s.follow(ctx, s.Store, func(app.Context) { s.readOnce() })
	s.Store.Measure()
	s.readOnce()
}

// readOnce reads the sessions once it is known whose.
func (s *Settings) readOnce() {
	ready := s.Store.Model().Phase == state.Ready
	if ready && !s.read {
		s.Store.ReadSignIns()
	}
	s.read = ready
}

// Render draws the screen.
func (s *Settings) Render() app.UI {
	v := look(s.Store)
	return frame(v, PathSettings, "", who(v, s.signOut), app.Div().Class("settings").Body(
		app.H1().Class("history-title").Text(words.T(words.SettingsTitle)),
		ui.Notices(grave(v, troubleActs{s.retry, s.forget})),
		s.language(v).Draw(),
		s.looks(v).Draw(),
		s.install(v).Draw(),
		app.If(v.Phase == state.Ready, func() app.UI { return s.signIns(v).Draw() }),
		s.kept(v).Draw(),
		ui.Section{Name: "keys", Title: words.T(words.KeysTitle), Text: []string{words.T(words.KeysText)}}.Draw(),
		about(v, s.licences).Draw(),
	))
}

// language chooses the language. What is not kept here has to come from the
// server, so it cannot be changed without.
func (s *Settings) language(v view) ui.Section {
	part := ui.Section{Name: "language", Title: words.T(words.SettingsLanguage)}
	if v.Offline || !browser.Online() {
		part.Text = []string{words.T(words.LanguageOffline)}
		return part
	}
	chosen := browser.Cookie(wire.CookieLanguage)
	choice := ui.Choice{Name: "language", Label: words.T(words.SettingsLanguage), On: s.speak}
	choice.Of = append(choice.Of, ui.Option{Label: words.T(words.LanguageBrowser), Value: "", Chosen: chosen == ""})
	for _, l := range words.Languages {
		choice.Of = append(choice.Of, ui.Option{Value: l.Tag, Label: l.Name, Lang: l.Tag, Chosen: chosen == l.Tag})
	}
	part.Choices = []ui.Choice{choice}
	return part
}

// looks chooses the colours, and how times of day are written, on this device.
func (s *Settings) looks(v view) ui.Section {
	theme, times := browser.Cookie(wire.CookieTheme), browser.Pref(wire.PrefTimes)
	return ui.Section{Name: "looks", Title: words.T(words.LooksTitle), Choices: []ui.Choice{
		{Name: "theme", Label: words.T(words.LooksTheme), Shown: true, On: s.paint, Of: []ui.Option{
			{Label: words.T(words.LooksDevice), Chosen: theme == ""},
			{Value: wire.ThemeLight, Label: words.T(words.LooksLight), Chosen: theme == wire.ThemeLight},
			{Value: wire.ThemeDark, Label: words.T(words.LooksDark), Chosen: theme == wire.ThemeDark},
		}},
		{Name: "times", Label: words.T(words.LooksTimes), Shown: true, On: s.writeTimes, Of: []ui.Option{
			{Label: words.T(words.LooksUsual), Chosen: times == ""},
			{Value: wire.Times12, Label: words.T(words.LooksTwelve, "sample", v.sample(wire.Times12)), Chosen: times == wire.Times12},
			{Value: wire.Times24, Label: words.T(words.LooksTwentyFour, "sample", v.sample(wire.Times24)), Chosen: times == wire.Times24},
		}},
	}}
}

// sample is an afternoon's time of day, written in so many hours.
func (v view) sample(hours string) string {
	f := v.format
	f.Locale = tell.In(hours)
	return f.Time(v.today().Start(v.zone).Add(15*clock.Hour + 30*clock.Minute))
}

func (s *Settings) paint(_ app.Context, act ui.Act) {
	browser.SetCookie(wire.CookieTheme, act.Value)
	browser.ApplyTheme()
}

func (s *Settings) writeTimes(_ app.Context, act ui.Act) { browser.SetPref(wire.PrefTimes, act.Value) }

// speak loads the page anew in another language. What is kept of the page for
// use without a network follows.
func (s *Settings) speak(_ app.Context, act ui.Act) {
	browser.SetCookie(wire.CookieLanguage, act.Value)
	browser.Reload()
}

// steps are the ways to install the program where no browser asks.
func steps(how browser.Install) []ui.Step {
	share := ui.Step{Glyph: ui.GlyphShare, Text: words.T(words.InstallShare)}
	switch how {
	case browser.ByShare:
		return []ui.Step{share,
			{Glyph: ui.GlyphPlus, Text: words.T(words.InstallHome)},
			{Glyph: ui.GlyphCheck, Text: words.T(words.InstallAdd)},
		}
	case browser.ByDock:
		return []ui.Step{share, {Glyph: ui.GlyphPlus, Text: words.T(words.InstallDock)}}
	}
	return []ui.Step{
		{Glyph: ui.GlyphMenu, Text: words.T(words.InstallMenu)},
		{Glyph: ui.GlyphPlus, Text: words.T(words.InstallMenuAdd)},
	}
}

func (s *Settings) install(v view) ui.Section {
	part := ui.Section{Name: "install", Title: words.T(words.InstallTitle), Text: []string{words.T(words.InstallWhy)}}
	switch how := v.Device.Install; how {
	case browser.Installed:
		part.Text = []string{words.T(words.InstallDone)}
	case browser.ByPrompt:
		part.Acts = []*ui.Act{{Name: "install", Class: "second", Glyph: ui.GlyphPlus, Label: words.T(words.InstallAct), On: s.installNow}}
	case "":
		part.Text = append(part.Text, words.T(words.InstallNone))
	default:
		part.Steps = steps(how)
	}
	return part
}

func (s *Settings) signIns(v view) ui.Section {
	list := v.SignIns
	part := ui.Section{Name: "sessions", Title: words.T(words.SessionsTitle), Text: []string{words.T(words.SessionsText)}}
	if !list.Known && list.Loading {
		part.Wait = words.T(words.SessionsWait)
	}
	if list.Trouble != "" {
		n := notice(list.Trouble, ui.Calm)
		n.Do = words.T(words.BrokenLater) // the advice is about presses
		if list.Trouble == wire.CodeOffline {
			n.Do = words.T(words.SessionsOffline)
		}
		n.Act = &ui.Act{Name: "sessions-again", Class: "link", Label: words.T(words.TryAgain), On: s.again}
		part.Wrong = &n
	}
	for _, one := range list.All {
		if row := s.signIn(v, one); one.Current {
			part.Rows = append([]ui.Row{row}, part.Rows...)
		} else {
			part.Rows = append(part.Rows, row)
		}
	}
	if !list.Known {
		return part
	}
	if len(list.All) > 1 {
		part.Acts = append(part.Acts, s.ending(v, "end-others", words.SessionsOthers))
	}
	part.Acts = append(part.Acts, s.ending(v, "end-all", words.SessionsAll))
	switch s.sure {
	case "end-others":
		part.Sure = s.question(v, words.T(words.SessionsOthersSure), words.SessionsOthers)
	case "end-all":
		part.Sure = s.question(v, words.T(words.SessionsAllSure), words.SessionsAll)
	}
	return part
}

func (s *Settings) ending(v view, name string, label words.Key) *ui.Act {
	return &ui.Act{Name: name, Class: "link", Label: words.T(label), Busy: v.SignIns.Loading, On: s.askFirst}
}

func (s *Settings) signIn(v view, one wire.Session) ui.Row {
	row := ui.Row{
		Value: one.ID, Glyph: ui.GlyphDevice, Title: words.Device(one.Browser, one.System, one.Form),
		Text: []string{
			words.T(words.SessionsSince, "time", v.when(one.Created)),
			words.T(words.SessionsSeen, "time", v.when(one.Seen)),
		},
	}
	if one.Current {
		row.Mark = words.T(words.SessionsThis)
		return row
	}
	row.Act = s.ending(v, "end", words.SessionsEnd)
	row.Act.Value = one.ID
	row.Act.Spoken = words.T(words.SessionsEndSaid, "device", row.Title)
	if s.sure == "end "+one.ID {
		row.Sure = s.question(v, words.T(words.SessionsSure), words.SessionsEnd)
	}
	return row
}

// question asks whether to do what s.sure names.
func (s *Settings) question(v view, text string, do words.Key) *ui.Sure {
	return &ui.Sure{
		Text: text,
		Yes:  &ui.Act{Name: "sure", Value: s.sure, Class: "second", Label: words.T(do), Busy: v.SignIns.Loading, On: s.doIt},
		No:   &ui.Act{Name: "not-sure", Class: "link", Label: words.T(words.Cancel), On: s.calledOff},
	}
}

func (s *Settings) kept(v view) ui.Section {
	part := ui.Section{Name: "stored", Title: words.T(words.StoredTitle)}
	unsent, _ := v.Unsent()
	fact := func(label words.Key, text string) {
		part.Facts = append(part.Facts, ui.Side{Label: words.T(label), Text: text})
	}
	if somebody := v.Me.Person.ID != ""; somebody {
		waiting, hours := words.T(words.StoredNone), words.T(words.StoredNothing)
		if unsent > 0 {
			waiting = words.N(words.StoredWaiting, int64(unsent))
		}
		if v.Phase == state.Ready && v.AsOf != 0 {
			hours = words.T(words.AsOf, "time", v.when(v.AsOf))
		}
		fact(words.StoredPresses, waiting)
		fact(words.StoredHours, hours)
	}
	if v.Others > 0 {
		fact(words.StoredOthers, words.N(words.OthersWait, int64(v.Others)))
	}
	if v.Device.RoomKnown {
		fact(words.StoredRoom, words.Size(v.Device.Room.Used))
		lasting := words.StoredMayGo
		if v.Device.Room.Lasting {
			lasting = words.StoredLasting
		}
		fact(words.StoredStays, words.T(lasting))
	}
	if v.Device.Asked && !v.Device.Room.Lasting {
		part.Text = append(part.Text, words.T(words.StoredRefused))
	}
	if v.Device.RoomKnown && !v.Device.Room.Lasting && !v.Device.Asked {
		part.Acts = append(part.Acts, &ui.Act{Name: "persist", Class: "link", Label: words.T(words.StoredKeep), On: s.persist})
	}
	s.clearing(v, &part)
	return part
}

// clearing offers to remove what is stored. What is fetched anew after that has
// to come from somewhere.
func (s *Settings) clearing(v view, part *ui.Section) {
	switch {
	case v.Device.Failed:
		n := ui.Notice{Problem: "clear", Tone: ui.Grave, What: words.T(words.ClearFailed), Do: words.T(words.ClearFailedDo)}
		part.Wrong = &n
	case s.sure == "clear":
		part.Sure = s.question(v, words.T(words.ClearSure), words.Clear)
	}
	if v.Offline || !browser.Online() {
		part.Text = append(part.Text, words.T(words.ClearOffline))
		part.Sure = nil
		return
	}
	part.Acts = append(part.Acts, &ui.Act{Name: "clear", Class: "link", Label: words.T(words.Clear), On: s.askFirst})
}

func about(v view, licences handler) ui.Section {
	part := ui.Section{Name: "about", Title: words.T(words.AboutTitle)}
	version := func(label words.Key, name string) {
		if name == "" {
			name = words.T(words.AboutUnknown)
		}
		part.Facts = append(part.Facts, ui.Side{Label: words.T(label), Text: name})
	}
	version(words.AboutProgram, browser.Version())
	version(words.AboutServer, v.Me.Version)
	if n := newer(v); len(n) > 0 {
		part.Wrong = &n[0]
	}
	part.Acts = []*ui.Act{{Name: "licences", Class: "link", Label: words.T(words.AboutLicences), On: licences}}
	return part
}

// askFirst asks before what act does is done.
func (s *Settings) askFirst(_ app.Context, act ui.Act) {
	if act.Busy {
		return
	}
	s.sure = act.Name
	if act.Value != "" {
		s.sure += " " + act.Value
	}
	s.focus(ui.SureID)
}

func (s *Settings) doIt(_ app.Context, act ui.Act) {
	s.sure = ""
	switch act.Value {
	case "clear":
		s.Store.ClearDevice()
	case "end-others":
		s.Store.EndOtherSignIns()
	case "end-all":
		s.Store.EndSignIns()
	default:
		s.Store.EndSignIn(act.Value[len("end "):])
	}
}

func (s *Settings) calledOff(app.Context, ui.Act) { s.sure = "" }

func (s *Settings) retry(app.Context, ui.Act) {
	s.Store.ClearTrouble()
	s.Store.Refresh()
}

func (s *Settings) forget(app.Context, ui.Act)     { s.Store.ClearTrouble() }
func (s *Settings) again(app.Context, ui.Act)      { s.Store.ReadSignIns() }
func (s *Settings) installNow(app.Context, ui.Act) { s.Store.Install() }
func (s *Settings) persist(app.Context, ui.Act)    { s.Store.Persist() }
func (s *Settings) licences(app.Context, ui.Act)   { browser.Assign(wire.PathLicences) }
func (s *Settings) signOut(app.Context, ui.Act)    { s.Store.SignOut() }
