package tenant

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// view writes what is kept the way one version of Graph shows it.
type view struct {
	beta     bool
	root     string // public root with the version
	identity bool   // identities carry userIdentityType
}

func (t *Tenant) view(beta bool) view {
	version := "v1.0"
	if beta {
		version = "beta"
	}
	return view{beta: beta, root: t.url + "/" + version, identity: t.assume.UserIdentityType}
}

// context is the @odata.context of a resource.
func (v view) context(resource string) string { return v.root + "/$metadata#" + resource }

// stamp writes a moment: UTC, to the millisecond, without trailing zeros.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.999Z") }

// card writes a timeCard.
func (v view) card(c Card) map[string]any {
	return map[string]any{
		"id":                   c.ID,
		"userId":               c.Person,
		"state":                string(c.State()),
		"confirmedBy":          c.confirmedBy(),
		"createdDateTime":      stamp(c.Created),
		"createdBy":            v.by(c.CreatedBy),
		"lastModifiedDateTime": stamp(c.Modified),
		"lastModifiedBy":       v.by(c.ModifiedBy),
		"clockInEvent":         v.event(c.In),
		"clockOutEvent":        v.event(c.Out),
		"breaks":               v.breaks(c.Breaks),
		"notes":                note(c.Notes),
		"originalEntry": map[string]any{
			"clockInEvent":  v.event(c.Original.In),
			"clockOutEvent": v.event(c.Original.Out),
			"breaks":        v.breaks(c.Original.Breaks),
		},
	}
}

// entity writes a timeCard that is an answer of its own.
func (v view) entity(c Card) map[string]any {
	card := v.card(c)
	card["@odata.context"] = v.context("teams('" + c.Team + "')/schedule/timeCards/$entity")
	return card
}

// listed writes a timeCard of a list; in beta it carries its ETag.
func (v view) listed(c Card) map[string]any {
	card := v.card(c)
	if v.beta {
		card["@odata.etag"] = c.etag()
	}
	return card
}

// etag names the card as it is since its last change.
func (c Card) etag() string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", c.ID, c.Modified.UnixMilli())
	return fmt.Sprintf(`"%016x"`, h.Sum64())
}

// confirmedBy writes the flags.
func (c Card) confirmedBy() string {
	var by []string
	if c.ByUser {
		by = append(by, "user")
	}
	if c.ByManager {
		by = append(by, "manager")
	}
	if by == nil {
		return "none"
	}
	return strings.Join(by, ",")
}

// event writes a timeCardEvent, or null.
func (v view) event(e *Event) any {
	if e == nil {
		return nil
	}
	shown := map[string]any{"dateTime": stamp(e.At), "isAtApprovedLocation": e.Approved, "notes": note(e.Notes)}
	if v.beta {
		shown["atApprovedLocation"] = e.Approved
	}
	return shown
}

// breaks writes timeCardBreaks: a list, never null.
func (v view) breaks(all []Break) []any {
	shown := []any{}
	for _, b := range all {
		shown = append(shown, map[string]any{
			"breakId": b.ID, "notes": note(b.Notes), "start": v.event(&b.Start), "end": v.event(b.End),
		})
	}
	return shown
}

// note writes an itemBody, or null.
func note(n *Note) any {
	if n == nil {
		return nil
	}
	return map[string]any{"content": n.Content, "contentType": n.Type}
}

// by writes an identitySet.
func (v view) by(who Identity) map[string]any {
	one := map[string]any{"id": who.ID, "displayName": who.Name}
	set := map[string]any{"application": nil, "device": nil, "user": nil}
	if who.Application {
		set["application"] = one
	} else {
		if v.identity {
			one["userIdentityType"] = "aadUser"
		}
		set["user"] = one
	}
	if v.beta {
		set["conversation"] = nil
	}
	return set
}

// key is the moment by which a card is ordered; a missing event comes first.
func (c Card) key(property string) time.Time {
	e := c.In
	if property == "clockoutevent/datetime" {
		e = c.Out
	}
	if e == nil {
		return time.Time{}
	}
	return e.At
}
