package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/browser"
)

// Leave stands at the path of a screen that another program draws. go-app takes
// every click on a link to this origin, and every step back, for a change of
// screens; loading the page anew brings the other program.
type Leave struct{ app.Compo }

// OnMount loads the page that the address names by now.
func (l *Leave) OnMount(app.Context) { browser.Reload() }

// Render draws nothing for the moment until then.
func (l *Leave) Render() app.UI { return app.Div().Class("page") }
