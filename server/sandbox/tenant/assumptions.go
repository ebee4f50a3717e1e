package tenant

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Ruling is what the tenant says to something nobody has documented. The zero
// value allows it.
type Ruling struct {
	Status  int    // HTTP status of the refusal; 0 allows
	Code    string // innererror.code inside error.message; of a plain ruling error.code, or empty for the status in words
	Message string
	Plain   bool // refused by Graph itself: no document inside error.message
}

// Allowed is the ruling that lets a call pass.
var Allowed = Ruling{}

func (r Ruling) refuses() bool { return r.Status != 0 }

// Assumptions is everything this Graph does that no public source tells, or
// that sources tell in two ways. Each row stands alone: nothing else has to
// follow when it changes. [Rows] says what each means and gives both readings.
type Assumptions struct {
	// What may follow what.
	ClockInWhileIn     Ruling
	ClockInElsewhere   Ruling
	ClockOutWhileOut   Ruling
	ClockOutOnBreak    Ruling
	StartBreakOnBreak  Ruling
	StartBreakWhileOut Ruling
	EndBreakWhileIn    Ruling
	EndBreakWhileOut   Ruling
	ConfirmWhileOpen   Ruling

	// Whom and what a call names.
	TimeClockOff  Ruling
	TeamUnknown   Ruling
	CardUnknown   Ruling
	PersonUnknown Ruling
	OthersCard    Ruling

	// Calls with an application's token, and those for it alone.
	AppWithoutHeader       Ruling
	AppWithoutUser         Ruling
	ActsAsIgnored          bool
	ConfirmByApp           Ruling
	ConfirmForUserByPerson Ruling
	JoinedTeamsOfOthers    Ruling

	// What create and replace may say, and what they leave.
	TimesContradict          Ruling
	NoClockIn                Ruling
	SecondOpenCard           Ruling
	OwnerChanged             Ruling
	EditConfirmed            Ruling
	IfMatchChecked           bool
	ReplaceKeepsBreaks       bool
	ReplaceKeepsConfirmation bool
	CreateFillsOriginal      bool
	CreateTakesBehalf        bool

	// Queries.
	QueryOption   Ruling
	Orderable     []string // properties $orderby takes, in lower case
	DateOperators []string // comparisons of dates that $filter takes, in lower case
	PageDefault   int
	PageMax       int
	NewestFirst   bool
	MemberSeesAll bool

	// Paths that stand in some publications only.
	Count Ruling
	Bulk  Ruling
	Patch Ruling

	// How answers look and how calls are counted.
	ActionsAnswerCard   bool
	BehalfCreatorWorker bool
	UserIdentityType    bool
	EvenCalls           bool
}

// Reading is one way to understand what is not documented.
type Reading struct {
	Value string // its name, as [Assumptions.Set] takes it
	set   func(*Assumptions)
}

// Row is one assumption with both its readings.
type Row struct {
	Name    string
	Meaning string
	Assumed Reading // in force when nobody flips the row
	Other   Reading
}

// Rows gives the table of assumptions.
func Rows() []Row { return slices.Clone(rows) }

// Assumed is the table as it stands when nobody flips a row.
func Assumed() Assumptions {
	var a Assumptions
	for _, r := range rows {
		r.Assumed.set(&a)
	}
	return a
}

// Set takes up the reading of this value for the row of this name, both in any
// case. The error lists what there is to choose from.
func (a *Assumptions) Set(name, value string) error {
	r, err := named(name)
	if err != nil {
		return err
	}
	for _, reading := range []Reading{r.Assumed, r.Other} {
		if strings.EqualFold(reading.Value, value) {
			reading.set(a)
			return nil
		}
	}
	return fmt.Errorf("assumption %s: %q is neither %s nor %s", r.Name, value, r.Assumed.Value, r.Other.Value)
}

// Flip takes up the other reading for the row of this name, in any case.
func (a *Assumptions) Flip(name string) error {
	r, err := named(name)
	if err == nil {
		r.Other.set(a)
	}
	return err
}

func named(name string) (Row, error) {
	var names []string
	for _, r := range rows {
		if strings.EqualFold(r.Name, name) {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Row{}, fmt.Errorf("no assumption is called %q; there are %s", name, strings.Join(names, ", "))
}

// as is a reading of the row at, under the name value.
func as[T any](value string, at func(*Assumptions) *T, v T) Reading {
	return Reading{value, func(a *Assumptions) { *at(a) = v }}
}

// bad refuses a call in the words of Shifts.
func bad(code, message string) Ruling {
	return Ruling{Status: http.StatusBadRequest, Code: code, Message: message}
}

// follows rules whether op may follow on a card in state s.
func (a Assumptions) follows(op Op, s State) Ruling {
	return map[Op]map[State]Ruling{
		ClockOut:       {ClockedOut: a.ClockOutWhileOut, OnBreak: a.ClockOutOnBreak},
		StartBreak:     {ClockedOut: a.StartBreakWhileOut, OnBreak: a.StartBreakOnBreak},
		EndBreak:       {ClockedOut: a.EndBreakWhileOut, ClockedIn: a.EndBreakWhileIn},
		Confirm:        {ClockedIn: a.ConfirmWhileOpen, OnBreak: a.ConfirmWhileOpen},
		ConfirmForUser: {ClockedIn: a.ConfirmWhileOpen, OnBreak: a.ConfirmWhileOpen},
	}[op][s]
}
