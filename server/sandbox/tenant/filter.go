package tenant

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// clause is one comparison of a $filter.
type clause struct {
	property string // lower case; names are read in any case
	operator string // lower case
	value    string // without quotes
	quoted   bool
}

var (
	clauseForm = regexp.MustCompile(`^([A-Za-z/]+)\s+([A-Za-z]+)\s+('[^']*'|[^\s'()]+)$`)
	conjoined  = regexp.MustCompile(`(?i)\s+and\s+`)
)

// clauses reads a $filter: comparisons joined with "and" and nothing else.
func clauses(filter string) ([]clause, error) {
	if strings.TrimSpace(filter) == "" {
		return nil, errFilter
	}
	var all []clause
	for _, part := range conjoined.Split(strings.TrimSpace(filter), -1) {
		m := clauseForm.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return nil, errFilter
		}
		value := strings.Trim(m[3], "'")
		all = append(all, clause{strings.ToLower(m[1]), strings.ToLower(m[2]), value, value != m[3]})
	}
	return all, nil
}

// instant is the clause's value as a moment: an unquoted date and time with
// its offset.
func (c clause) instant() (time.Time, error) {
	at, err := time.Parse(time.RFC3339, c.value)
	if err != nil || c.quoted {
		return time.Time{}, errFilter
	}
	return at, nil
}

// cardFilter builds the test for a card from the expressions that clients of
// the live service saw accepted. Everything else is refused, as it was seen to
// be or, for operators nobody tried, is assumed to be.
func cardFilter(filter string, dates []string) (func(Card) bool, error) {
	all, err := clauses(filter)
	if err != nil {
		return nil, err
	}
	var tests []func(Card) bool
	for _, c := range all {
		test, err := c.cardTest(dates)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	return func(c Card) bool {
		for _, test := range tests {
			if !test(c) {
				return false
			}
		}
		return true
	}, nil
}

func (c clause) cardTest(dates []string) (func(Card) bool, error) {
	switch c.property {
	case "clockinevent/datetime":
		return c.eventTest(dates, func(card Card) *Event { return card.In })
	case "clockoutevent/datetime":
		return c.eventTest(dates, func(card Card) *Event { return card.Out })
	case "state":
		if c.operator == "eq" && c.quoted {
			return func(card Card) bool { return strings.EqualFold(string(card.State()), c.value) }, nil
		}
	case "userid":
		if c.operator == "eq" && c.quoted {
			return func(card Card) bool { return strings.EqualFold(card.Person, c.value) }, nil
		}
	}
	return nil, errFilter
}

// eventTest compares the time of an event by one of the operators that pass; a
// missing event is never between.
func (c clause) eventTest(operators []string, of func(Card) *Event) (func(Card) bool, error) {
	at, err := c.instant()
	if err != nil || !slices.Contains(operators, c.operator) {
		return nil, errFilter
	}
	return func(card Card) bool {
		e := of(card)
		return e != nil && inBound(c.operator, e.At, at)
	}, nil
}

// inBound compares by "ge", "le", "gt", "lt" or "eq".
func inBound(operator string, at, bound time.Time) bool {
	order := at.Compare(bound)
	return map[string]bool{"ge": order >= 0, "le": order <= 0, "gt": order > 0, "lt": order < 0, "eq": order == 0}[operator]
}

// span is something planned, from start to end. A draft has it under another
// name than what is shared with everybody.
type span struct {
	draft      bool
	start, end time.Time
}

// planFilter builds the test for shifts or times off: begin and end of the
// shared or the draft one, as documented. kind is "shift" or "timeoff".
func planFilter(filter, kind string) (func(span) bool, error) {
	all, err := clauses(filter)
	if err != nil {
		return nil, err
	}
	var tests []func(span) bool
	for _, c := range all {
		test, err := c.spanTest(kind)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	return func(s span) bool {
		for _, test := range tests {
			if !test(s) {
				return false
			}
		}
		return true
	}, nil
}

func (c clause) spanTest(kind string) (func(span) bool, error) {
	at, err := c.instant()
	if err != nil {
		return nil, err
	}
	which, end, _ := strings.Cut(c.property, "/")
	draft := which == "draft"+kind
	if !draft && which != "shared"+kind {
		return nil, errFilter
	}
	switch {
	case end == "startdatetime" && c.operator == "ge":
		return func(s span) bool { return s.draft == draft && !s.start.Before(at) }, nil
	case end == "enddatetime" && c.operator == "le":
		return func(s span) bool { return s.draft == draft && !s.end.After(at) }, nil
	}
	return nil, errFilter
}
