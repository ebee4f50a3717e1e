package tenant_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"timeclock/server/sandbox/tenant"
)

// outcome is what of an answer tells one reading from the other.
func (s said) outcome() string {
	text := strings.ReplaceAll(s.text, "\\", "")
	e, _ := s.body["error"].(map[string]any)
	return fmt.Sprint(s.status, " ", e["code"], " ", strings.Contains(text, `"innererror"`))
}

// on reaches a state and gives the path of worker's card.
func on(g *graph, actions ...string) string {
	card := g.clockIn(worker)
	for _, action := range actions {
		g.must(204, worker, "POST", card+"/"+action, "")
	}
	return card
}

const (
	day     = `"clockInEvent":{"dateTime":"2025-01-07T08:00:00Z"},"clockOutEvent":{"dateTime":"2025-01-07T16:00:00Z"}`
	morn    = `"clockInEvent":{"dateTime":"2025-01-07T08:00:00Z"}`
	actsAs  = "MS-APP-ACTS-AS"
	betaRef = "/beta/"
)

func for1(user string) string { return `{"onBehalfOfUserId":"` + user + `"}` }

// after performs an action on a card in a state.
func after(action string, before ...string) func(*graph) string {
	return func(g *graph) string {
		card := on(g, before...)
		s := g.call(worker, "POST", card+"/"+action, "")
		return s.outcome() + " " + fmt.Sprint(g.Cards(cafe)[0].Out != nil, len(g.Cards(cafe)[0].Breaks))
	}
}

// probes show, for every row, something that differs between its readings.
var probes = map[string]func(*graph) string{
	"clockInWhileIn": func(g *graph) string { on(g); return g.call(worker, "POST", cards+"/clockIn", "").outcome() },
	"clockInElsewhere": func(g *graph) string {
		on(g)
		return g.call(worker, "POST", "teams/"+bakery+"/schedule/timeCards/clockIn", "").outcome()
	},
	"clockOutWhileOut":   after("clockOut", "clockOut"),
	"clockOutOnBreak":    after("clockOut", "startBreak"),
	"startBreakOnBreak":  after("startBreak", "startBreak"),
	"startBreakWhileOut": after("startBreak", "clockOut"),
	"endBreakWhileIn":    after("endBreak"),
	"endBreakWhileOut":   after("endBreak", "clockOut"),
	"confirmWhileOpen":   after("confirm"),

	"timeClockOff": func(g *graph) string {
		return g.call(worker, "POST", "teams/"+office+"/schedule/timeCards/clockIn", "").outcome()
	},
	"teamUnknown": func(g *graph) string { return g.call(outsider, "GET", cards, "").outcome() },
	"cardUnknown": func(g *graph) string { return g.call(worker, "GET", cards+"/TCK_0", "").outcome() },
	"personUnknown": func(g *graph) string {
		return g.call(owner, "POST", cards+"/clockIn", for1(outsider)).outcome()
	},
	"othersCard": func(g *graph) string {
		return g.call(other, "POST", on(g)+"/clockOut", "").outcome()
	},
	"appWithoutHeader": func(g *graph) string { return g.call(app, "GET", cards, "").outcome() },
	"appWithoutUser": func(g *graph) string {
		return g.call(app, "POST", cards+"/clockIn", "", actsAs, worker).outcome()
	},
	"actsAs": func(g *graph) string {
		return g.call(app, "POST", on(g)+"/clockOut", "", actsAs, other).outcome()
	},
	"confirmByApp": func(g *graph) string {
		return g.call(app, "POST", on(g, "clockOut")+"/confirm", "", actsAs, worker).outcome()
	},
	"confirmForUserByPerson": func(g *graph) string {
		return g.call(worker, "POST", g.url+betaRef+on(g, "clockOut")+"/confirmForUser", `{"userId":"`+worker+`"}`).outcome()
	},
	"joinedTeamsOfOthers": func(g *graph) string { return g.call(worker, "GET", "users/"+other+"/joinedTeams", "").outcome() },

	"timesContradict": func(g *graph) string {
		return g.call(worker, "POST", cards, `{`+strings.Replace(day, "16:00", "07:00", 1)+`}`).outcome()
	},
	"noClockIn": func(g *graph) string {
		return g.call(worker, "POST", cards, `{"clockOutEvent":{"dateTime":"2025-01-07T16:00:00Z"}}`).outcome()
	},
	"secondOpenCard": func(g *graph) string { on(g); return g.call(worker, "POST", cards, `{`+morn+`}`).outcome() },
	"ownerChanged": func(g *graph) string {
		s := g.call(owner, "PUT", on(g), `{"userId":"`+other+`",`+day+`}`)
		return s.outcome() + g.Cards(cafe)[0].Person
	},
	"editConfirmed": func(g *graph) string {
		return g.call(worker, "PUT", on(g, "clockOut", "confirm"), `{`+day+`}`).outcome()
	},
	"ifMatch": func(g *graph) string {
		return g.call(worker, "POST", on(g)+"/clockOut", "", "If-Match", `"another"`).outcome()
	},
	"replaceWithoutBreaks": func(g *graph) string {
		g.must(204, worker, "PUT", on(g, "startBreak", "endBreak"), `{"clockInEvent":{"dateTime":"2025-01-07T21:00:00Z"}}`)
		return fmt.Sprint(len(g.Cards(cafe)[0].Breaks))
	},
	"replaceConfirmed": func(g *graph) string {
		g.must(204, owner, "PUT", on(g, "clockOut", "confirm"), `{`+day+`}`)
		return fmt.Sprint(g.Cards(cafe)[0].ByUser)
	},
	"createOriginal": func(g *graph) string {
		g.must(201, worker, "POST", cards, `{`+day+`,"breaks":[{"start":{"dateTime":"2025-01-07T12:00:00Z"},"end":{"dateTime":"2025-01-07T12:30:00Z"}}]}`)
		c := g.Cards(cafe)[0].Original
		return fmt.Sprint(c.In != nil, c.Out != nil, len(c.Breaks))
	},
	"createOnBehalf": func(g *graph) string {
		g.must(201, owner, "POST", cards, `{"onBehalfOfUserId":"`+worker+`",`+day+`}`)
		return g.Cards(cafe)[0].Person
	},
	"patch": func(g *graph) string {
		return g.call(worker, "PATCH", on(g), `{"notes":{"content":"x"}}`).outcome()
	},

	"queryOption": func(g *graph) string { return g.call(worker, "GET", cards+"?$expand=x", "").outcome() },
	"orderBy": func(g *graph) string {
		return g.call(worker, "GET", cards+"?$orderby=clockInEvent/dateTime", "").outcome()
	},
	"dateOperators": func(g *graph) string {
		past(g.t, g, 3)
		s := g.call(worker, "GET", cards+"?$filter="+url.QueryEscape("clockInEvent/dateTime gt 2025-03-02T08:00:00Z and clockInEvent/dateTime lt 2025-04-01T08:00:00Z"), "")
		if s.status == 200 {
			return s.ids()
		}
		return s.outcome()
	},
	"pageDefault": func(g *graph) string { return pageOf(g, "") },
	"pageMax":     func(g *graph) string { return pageOf(g, "?$top=999") },
	"listOrder": func(g *graph) string {
		past(g.t, g, 2)
		return g.must(200, worker, "GET", cards, "").ids()
	},
	"memberSees": func(g *graph) string {
		past(g.t, g, 2)
		return g.must(200, other, "GET", cards, "").ids()
	},
	"count": func(g *graph) string {
		on(g)
		return g.call(worker, "GET", cards+"/$count", "").outcome()
	},
	"bulk": func(g *graph) string { return g.call(worker, "POST", cards+"/bulkUpsert", "{}").outcome() },
	"actionsAnswer": func(g *graph) string {
		s := g.call(worker, "POST", on(g)+"/clockOut", "")
		return fmt.Sprint(s.status, s.body["state"])
	},
	"behalfCreator": func(g *graph) string {
		g.must(201, owner, "POST", cards+"/clockIn", for1(worker))
		c := g.Cards(cafe)[0]
		return c.CreatedBy.ID + c.ModifiedBy.ID
	},
	"userIdentityType": func(g *graph) string {
		return fmt.Sprint(strings.Contains(g.must(201, worker, "POST", cards+"/clockIn", "").text, "aadUser"))
	},
	"callCounting": func(g *graph) string {
		g.SetLimits(tenant.Published())
		return fmt.Sprint(g.call(worker, "GET", cards, "").status, g.call(worker, "GET", cards, "").status)
	},
}

// pageOf is the size of the first page of many cards.
func pageOf(g *graph, query string) string {
	past(g.t, g, 300)
	return fmt.Sprint(len(strings.Fields(g.must(200, worker, "GET", cards+query, "").ids())))
}

// TestRows takes up both readings of every row, and sees the tenant change.
func TestRows(t *testing.T) {
	for _, row := range tenant.Rows() {
		t.Run(row.Name, func(t *testing.T) {
			probe := probes[row.Name]
			if probe == nil {
				t.Fatal("no test tells its readings apart")
			}
			if row.Meaning == "" || row.Assumed.Value == row.Other.Value {
				t.Errorf("row %+v wants a meaning and two values", row)
			}
			asAssumed := probe(open(t, nil))
			said := map[string]string{}
			for _, value := range []string{row.Assumed.Value, row.Other.Value} {
				g := open(t, nil)
				if err := g.Suppose(strings.ToUpper(row.Name), strings.ToUpper(value)); err != nil {
					t.Fatal(err)
				}
				said[value] = probe(g)
			}
			if said[row.Assumed.Value] != asAssumed {
				t.Errorf("%s=%s says %q, the tenant as it comes %q", row.Name, row.Assumed.Value, said[row.Assumed.Value], asAssumed)
			}
			if said[row.Other.Value] == asAssumed {
				t.Errorf("both readings say %q", asAssumed)
			}
			g := open(t, nil)
			g.Assume(func(a *tenant.Assumptions) {
				if err := a.Flip(row.Name); err != nil {
					t.Error(err)
				}
			})
			if got := probe(g); got != said[row.Other.Value] {
				t.Errorf("flipped it says %q, want %q", got, said[row.Other.Value])
			}
		})
	}
	if len(probes) != len(tenant.Rows()) {
		t.Errorf("%d probes for %d rows", len(probes), len(tenant.Rows()))
	}
}

// TestRowsByWrongName: whoever misspells is told what there is.
func TestRowsByWrongName(t *testing.T) {
	a := tenant.Assumed()
	for _, row := range [][3]string{
		{"clockOutWhileOn", "allow", "clockOutOnBreak"}, {"clockOutOnBreak", "perhaps", "neither refuse nor allow"},
	} {
		if err := a.Set(row[0], row[1]); err == nil || !strings.Contains(err.Error(), row[2]) {
			t.Errorf("Set(%q, %q) = %v, want an error that tells %q", row[0], row[1], err, row[2])
		}
	}
	if err := a.Flip("nothing"); err == nil {
		t.Error("Flip(nothing): no error")
	}
	g := open(t, nil)
	if err := g.Suppose("nothing", "x"); err == nil {
		t.Error("Suppose(nothing): no error")
	}
}

// TestIfMatchPasses: the card's own ETag and the star are let through where the
// header is checked.
func TestIfMatchPasses(t *testing.T) {
	g := open(t, nil)
	g.Suppose("ifMatch", "checked")
	card := on(g)
	tag := func() string {
		all := g.must(200, worker, "GET", g.url+betaRef+cards, "").body["value"].([]any)
		return all[0].(map[string]any)["@odata.etag"].(string)
	}
	first := tag()
	g.clock.advance(time.Minute)
	if s := g.call(worker, "POST", card+"/startBreak", "", "If-Match", first); s.status != 204 {
		t.Errorf("with the card's ETag = %d %s, want 204", s.status, s.text)
	}
	if s := g.call(worker, "POST", card+"/endBreak", "", "If-Match", first); s.status != 412 {
		t.Errorf("with the ETag before the change = %d %s, want 412", s.status, s.text)
	}
	if s := g.call(worker, "POST", card+"/endBreak", "", "If-Match", "*"); s.status != 204 {
		t.Errorf("with a star = %d %s, want 204", s.status, s.text)
	}
	if tag() == first {
		t.Error("the ETag stayed through a change")
	}
}

// TestCountAnswers: where $count is assumed to work it counts.
func TestCountAnswers(t *testing.T) {
	g := open(t, nil)
	past(t, g, 4)
	g.Suppose("count", "answer")
	if s, err := g.try(worker, "GET", cards+"/$count", ""); err != nil || s.status != 200 || s.text != "5" {
		t.Errorf("$count = %d %q %v, want 200 and 5", s.status, s.text, err)
	}
}

// TestPatchMerges: where PATCH is assumed to work it changes what it mentions.
func TestPatchMerges(t *testing.T) {
	g := open(t, nil)
	g.Suppose("patch", "allow")
	card := on(g, "startBreak", "endBreak")
	s := g.must(200, worker, "PATCH", card, `{"notes":{"content":"late"},"clockOutEvent":{"dateTime":"2025-01-07T22:00:00Z"}}`)
	c := g.Cards(cafe)[0]
	if s.body["state"] != "clockedOut" || c.Notes == nil || c.Notes.Content != "late" || len(c.Breaks) != 1 || c.In == nil || c.Original.Out != nil {
		t.Errorf("patched = %s, want notes and an end, and the rest as it was", s.text)
	}
	g.must(200, worker, "PATCH", card, `{"clockOutEvent":{"dateTime":"2025-01-07T23:00:00Z"}}`)
	if c := g.Cards(cafe)[0]; c.Notes == nil || c.Out.At.Hour() != 23 {
		t.Errorf("patched without notes = %+v, want the notes kept", c)
	}
	g.must(200, worker, "PATCH", card, `{"notes":null}`)
	if c := g.Cards(cafe)[0]; c.Notes != nil || c.Out == nil {
		t.Errorf("patched with null = %+v, want no notes and the end kept", c)
	}
}

// TestDateOperators: where more comparisons are assumed to pass they compare.
func TestDateOperators(t *testing.T) {
	g := open(t, nil)
	past(t, g, 3)
	g.Suppose("dateOperators", "allow")
	for operator, want := range map[string]string{"ge": "001 002 open", "gt": "002 open", "eq": "001", "le": "000 001", "lt": "000"} {
		s := g.must(200, worker, "GET", cards+"?$filter="+url.QueryEscape("clockInEvent/dateTime "+operator+" 2025-03-02T08:00:00Z"), "")
		if s.ids() != want {
			t.Errorf("%s = %q, want %q", operator, s.ids(), want)
		}
	}
	g.must(400, worker, "GET", cards+"?$filter="+url.QueryEscape("clockInEvent/dateTime ne 2025-03-02T08:00:00Z"), "")
}

// TestCreateOnBehalf: userId says whose card it is, whatever else is said.
func TestCreateOnBehalf(t *testing.T) {
	g := open(t, nil)
	g.Suppose("createOnBehalf", "honoured")
	s := g.must(201, owner, "POST", cards, `{"userId":"`+worker+`","onBehalfOfUserId":"`+other+`",`+day+`}`)
	if s.body["userId"] != worker {
		t.Errorf("card of %v, want the worker's", s.body["userId"])
	}
}
