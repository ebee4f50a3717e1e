package screen

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// hoursLink leads from acting for one person to their hours and cards; nothing
// for several.
func hoursLink(s Store, b desk.Behalf) app.UI {
	if len(b.Acts) != 1 {
		return nil
	}
	p := b.Acts[0].Person
	return app.A().Class("link", "hours-link").DataSet("act", "hours").Href(personPath(s.Model().Team, p.ID, clock.Date{})).
		Aria("label", words.T(words.PersonLinkOf, "name", p.Name)).Text(words.T(words.PersonLink))
}

// personLink leads to the week of a person in a report that day is in, or to one
// of these cards.
func personLink(team string, p wire.ReportPerson, day clock.Date, text string, cards ...string) app.UI {
	if text == "" {
		text = nameOf(p)
	}
	if p.Person.ID == "" {
		return app.Span().Text(text)
	}
	path := personPath(team, p.Person.ID, day)
	for _, c := range cards {
		if c != "" {
			path = cardPath(team, p.Person.ID, c)
		}
	}
	return app.A().Class("row-link").DataSet("hit", true).Href(path).Text(text)
}

// lookAt leads to a card of somebody, or to their hours where there is none yet.
func lookAt(team string, p wire.Person, card string) app.UI {
	if p.ID == "" {
		return nil
	}
	if card == "" {
		return app.A().Class("link", "look-at").DataSet("act", "hours").Href(personPath(team, p.ID, clock.Date{})).
			Aria("label", words.T(words.PersonLinkOf, "name", p.Name)).Text(words.T(words.PersonLink))
	}
	return app.A().Class("link", "look-at").DataSet("act", "card").DataSet("value", card).
		Href(cardPath(team, p.ID, card)).Text(words.T(words.SheetOpenCard))
}

// underWay lists the changes of the team's cards that are not in Teams yet.
func underWay(s Store, m desk.Model) app.UI {
	items := make([]app.UI, len(m.Amends))
	for i, a := range m.Amends {
		items[i] = amendItem(s, m, a)
	}
	return app.Section().Body(
		app.H2().Class("asks-title").Text(words.T(words.WaitTitle)),
		app.Ul().Class("panel", "waits").Body(items...),
	)
}
