package mirror

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/sync/singleflight"

	"timeclock/app/clock"
	"timeclock/server/graph"
)

// maxLooks bounds how many cards of earlier days are looked at one by one in a
// reading of a team.
const maxLooks = 20

// ErrPartial says that Graph shows a person no cards of a team but their own, or
// none at all, and that it cannot be told whether there are others.
var ErrPartial = fmt.Errorf("the cards of others are not shown: %w", graph.ErrForbidden)

// TeamKey says which team's cards, and who asks.
type TeamKey struct {
	Team   string
	Reader string // the id in Graph of who asks
	// Whole says that Graph surely shows this caller everybody's cards. Of any
	// other's list that is believed only where it holds somebody else's.
	Whole  bool
	Since  clock.Instant // the beginning of the day
	Caller graph.Caller
}

// TeamSnapshot is the cards of a team that began since the beginning of the day,
// and all that are open, as of a reading of the team and newer where this server
// knows more. AsOf is 0 when the team was never read.
type TeamSnapshot struct {
	Cards []clock.Card
	AsOf  clock.Instant
}

// Recent keeps the cards that began at since or later or are open.
func Recent(cards []clock.Card, since clock.Instant) []clock.Card {
	return slices.DeleteFunc(cards, func(c clock.Card) bool {
		return !c.Open() && (c.In == nil || c.In.At < since)
	})
}

// KnownTeam gives what the mirror holds of a team, without asking Graph.
func (m *Mirror) KnownTeam(ctx context.Context, k TeamKey) (TeamSnapshot, error) {
	cards, asOf, err := m.Store.Team(ctx, k.Team, k.Since)
	if err != nil {
		return TeamSnapshot{}, fmt.Errorf("%w: read mirror: %w", ErrStore, err)
	}
	return TeamSnapshot{Cards: cards, AsOf: asOf}, nil
}

// KnownOf gives what the mirror holds of one person of a team, of which the
// reading is of all.
func (m *Mirror) KnownOf(ctx context.Context, k TeamKey, person string) (TeamSnapshot, error) {
	cards, _, err := m.Store.Cards(ctx, k.Team, person, m.window())
	if err != nil {
		return TeamSnapshot{}, fmt.Errorf("%w: read mirror: %w", ErrStore, err)
	}
	asOf, err := m.TeamAsOf(ctx, k.Team)
	if err != nil {
		return TeamSnapshot{}, err
	}
	return TeamSnapshot{Cards: Recent(cards, k.Since), AsOf: asOf}, nil
}

// TeamAsOf tells as of when a team was read; 0 if never.
func (m *Mirror) TeamAsOf(ctx context.Context, team string) (clock.Instant, error) {
	asOf, err := m.Store.TeamRead(ctx, team)
	if err != nil {
		return 0, fmt.Errorf("%w: read mirror: %w", ErrStore, err)
	}
	return asOf, nil
}

// VisitTeam sees to it that the cards of a team are as a screen wants them. Fresh
// ones are read when they are asked for and the known ones are not young, and when
// nothing was read since the day began: once for all who ask, and beside whatever
// goes on; ChangedTeam tells when that has ended. What was never read is waited
// for a little. It reports whether Graph is being asked; the error says why a
// reading that was waited for gave nothing.
func (m *Mirror) VisitTeam(ctx context.Context, k TeamKey, fresh bool) (reading bool, err error) {
	asOf, err := m.TeamAsOf(ctx, k.Team)
	if err != nil {
		return false, err
	}
	old := clock.At(m.Now()).Sub(asOf) >= clock.Of(young)
	if !old || !fresh && asOf >= k.Since {
		return false, nil
	}
	begun := m.startTeam(ctx, k, asOf)
	if asOf != 0 {
		return true, nil
	}
	hurry, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err = m.awaitTeam(hurry, begun)
	if ctx.Err() == nil && hurry.Err() != nil {
		return true, nil
	}
	return false, err
}

// ReadTeam reads the cards of a team from Graph now, unless they are young.
func (m *Mirror) ReadTeam(ctx context.Context, k TeamKey) (TeamSnapshot, error) {
	known, err := m.KnownTeam(ctx, k)
	if err != nil || clock.At(m.Now()).Sub(known.AsOf) < clock.Of(young) {
		return known, err
	}
	return m.awaitTeam(ctx, m.startTeam(ctx, k, known.AsOf))
}

// TryTeam reads the cards of a team from Graph now, whatever is known, to learn
// whether Graph shows the caller everybody's: ErrPartial is no.
func (m *Mirror) TryTeam(ctx context.Context, k TeamKey) error {
	const never = clock.Instant(1) << 52
	_, err := m.awaitTeam(ctx, m.startTeam(ctx, k, never))
	return err
}

func (m *Mirror) awaitTeam(ctx context.Context, reading <-chan singleflight.Result) (TeamSnapshot, error) {
	select {
	case r := <-reading:
		if r.Err != nil {
			return TeamSnapshot{}, r.Err
		}
		return r.Val.(TeamSnapshot), nil
	case <-ctx.Done():
		return TeamSnapshot{}, ctx.Err()
	}
}

// startTeam begins a reading of a team, or joins the one under way; nothing is
// read when that was done since the team was seen. Whom Graph shows less does not
// speak for others, and reads for themselves.
func (m *Mirror) startTeam(ctx context.Context, k TeamKey, seen clock.Instant) <-chan singleflight.Result {
	ctx = context.WithoutCancel(ctx)
	reading := "team " + k.Team
	if !k.Whole {
		reading += " " + k.Reader
	}
	return m.flight.DoChan(reading, func() (any, error) {
		ctx, cancel := context.WithTimeout(ctx, deadline)
		defer cancel()
		before, err := m.KnownTeam(ctx, k)
		if err != nil || before.AsOf > seen {
			return before, err
		}
		s, err := m.readTeam(ctx, k, before)
		if err != nil {
			m.Log.WarnContext(ctx, "cards of a team not read", "team", k.Team, "err", err)
		}
		if m.ChangedTeam != nil && (err == nil || k.Whole) {
			m.ChangedTeam(k.Team, s.AsOf, before.AsOf == 0, err)
		}
		return s, err
	})
}

// readTeam asks for the cards of the day, and for those that are open since
// before. Of the latter any that is known and not there any more has ended
// meanwhile, or changed between the two lists it can be on, and is looked at.
func (m *Mirror) readTeam(ctx context.Context, k TeamKey, before TeamSnapshot) (TeamSnapshot, error) {
	var err error
	r := TeamReading{Team: k.Team, Since: k.Since, Begun: clock.At(m.Now())}
	if r.Cards, err = m.listTeam(ctx, k, graph.Filter{From: k.Since}); err != nil {
		return TeamSnapshot{}, err
	}
	for _, state := range []clock.State{clock.OnBreak, clock.In} {
		f := graph.Filter{From: clock.At(m.Now()).Add(-Window), To: k.Since, State: state}
		older, err := m.listTeam(ctx, k, f)
		if err != nil {
			return TeamSnapshot{}, err
		}
		r.Older = append(r.Older, older...)
	}
	if !k.Whole && !showsOthers(k, slices.Concat(r.Cards, r.Older)) {
		return TeamSnapshot{}, ErrPartial
	}
	if err := m.look(ctx, k, before.Cards, &r); err != nil {
		return TeamSnapshot{}, err
	}
	if err := m.Store.ReplaceTeam(ctx, r); err != nil {
		return TeamSnapshot{}, fmt.Errorf("%w: store cards read: %w", ErrStore, err)
	}
	after, err := m.KnownTeam(ctx, k)
	if err == nil {
		m.tellTeam(k.Team, before, after)
	}
	return after, err
}

func showsOthers(k TeamKey, cards []clock.Card) bool {
	return slices.ContainsFunc(cards, func(c clock.Card) bool { return !strings.EqualFold(c.Person, k.Reader) })
}

func (m *Mirror) listTeam(ctx context.Context, k TeamKey, f graph.Filter) ([]clock.Card, error) {
	read, err := m.Graph.Cards(ctx, k.Caller, k.Team, f)
	if err != nil {
		return nil, fmt.Errorf("read cards of a team: %w", err)
	}
	cards := make([]clock.Card, 0, len(read))
	for _, c := range read {
		cards = append(cards, ofTeam(k, c))
	}
	return cards, nil
}

// ofTeam gives a card as the domain sees it, of its person as identity providers
// spell ids.
func ofTeam(k TeamKey, read graph.TimeCard) clock.Card {
	c := read.Clock(k.Team)
	c.Person = strings.ToLower(c.Person)
	return c
}

// look reads what has become of cards that were open since before the day, and
// are on no list any more. Beyond some they are only taken away: they have ended.
func (m *Mirror) look(ctx context.Context, k TeamKey, known []clock.Card, r *TeamReading) error {
	looks := 0
	for _, c := range known {
		listed := slices.ContainsFunc(r.Older, func(o clock.Card) bool { return o.ID == c.ID })
		if c.In == nil || c.In.At >= k.Since || listed {
			continue
		}
		if looks++; looks > maxLooks {
			r.Gone = append(r.Gone, c.ID)
			continue
		}
		read, err := m.Graph.Card(ctx, k.Caller, k.Team, c.ID)
		switch {
		case errors.Is(err, graph.ErrNotFound):
			r.Gone = append(r.Gone, c.ID)
		case err != nil:
			return fmt.Errorf("read card %s: %w", c.ID, err)
		default:
			r.Older = append(r.Older, ofTeam(k, read))
		}
	}
	return nil
}

// tellTeam tells of everybody whose cards have changed by a reading of their
// team. Before the first there was nothing that anybody could have seen.
func (m *Mirror) tellTeam(team string, before, after TeamSnapshot) {
	if before.AsOf == 0 {
		return
	}
	was, is := byPerson(before.Cards), byPerson(after.Cards)
	for person := range was {
		if _, still := is[person]; !still {
			is[person] = nil
		}
	}
	for person, cards := range is {
		if !reflect.DeepEqual(was[person], cards) {
			m.tell(team, person, after.AsOf)
		}
	}
}

// byPerson sorts cards by whose they are, each person's by id.
func byPerson(cards []clock.Card) map[string][]clock.Card {
	of := map[string][]clock.Card{}
	for _, c := range cards {
		of[c.Person] = append(of[c.Person], c)
	}
	for _, cards := range of {
		slices.SortFunc(cards, func(a, b clock.Card) int { return strings.Compare(a.ID, b.ID) })
	}
	return of
}
