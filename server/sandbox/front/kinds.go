package front

import "timeclock/server/sandbox/tenant"

// Kind is a trouble in words.
type Kind struct {
	Do    tenant.Trouble
	Name  string
	About string // what the caller and the card come to
	asks  []param
}

// param is a number a trouble asks for, by its name in the form.
type param string

const (
	paramDelay  param = "delay"
	paramStatus param = "status"
	paramRetry  param = "retry"
	paramReads  param = "reads"
	paramSize   param = "size"
)

// Group is troubles of one sort.
type Group struct {
	Name  string
	Kinds []Kind
}

// kinds is every trouble the tenant can make.
var kinds = []Group{
	{"Nothing is done", []Kind{
		{tenant.CutBefore, "Hangs up", "The connection is closed without an answer. Nothing was done.", nil},
		{tenant.FailBefore, "Fails", "An error is answered. Nothing was done.", []param{paramStatus}},
		{tenant.Throttle, "Is too busy", "429 is answered: come back later. Nothing was done.", []param{paramRetry}},
	}},
	{"It is done, and nobody is told", []Kind{
		{tenant.CutAfter, "Does it and hangs up", "It is done, then the connection is closed without an answer.", nil},
		{tenant.FailAfter, "Does it and fails", "It is done, and an error is answered all the same.", []param{paramStatus}},
		{tenant.CutThenEffect, "Hangs up and does it later", "The connection is closed at once. After the delay it is done.", []param{paramDelay}},
		{tenant.EffectAfterReads, "Hangs up and does it after some reads",
			"The connection is closed at once. It is done when the team's cards were read so many times without it, dated by the call.",
			[]param{paramReads}},
	}},
	{"It takes time", []Kind{
		{tenant.SlowBefore, "Waits, then does it", "After the delay it is done and answered, even when the caller has given up.", []param{paramDelay}},
		{tenant.SlowAfter, "Does it, then waits", "It is done at once and answered after the delay.", []param{paramDelay}},
		{tenant.Stale, "Answers from the past", "Cards are read as they were the delay ago.", []param{paramDelay}},
	}},
	{"The answer looks different", []Kind{
		{tenant.Body, "200 with a card instead of 204", "Actions answer with the card, as Graph's metadata declares.", nil},
		{tenant.SmallPages, "Small pages", "Lists come in small pages with links to the next.", []param{paramSize}},
		{tenant.ExtraMembers, "Unknown members", "Every object of the answer has members nobody has published.", nil},
		{tenant.Reorder, "Members in another order", "The members of every object come in an order of chance.", nil},
	}},
}

// kindOf gives the words of a trouble.
func kindOf(do tenant.Trouble) Kind {
	for _, g := range kinds {
		for _, k := range g.Kinds {
			if k.Do == do {
				return k
			}
		}
	}
	return Kind{Do: do, Name: string(do)}
}

// forParam lists the troubles that ask for a number, as the page's data-for
// has them.
func forParam(p param) string {
	var all string
	for _, g := range kinds {
		for _, k := range g.Kinds {
			for _, asked := range k.asks {
				if asked == p {
					all += string(k.Do) + " "
				}
			}
		}
	}
	return all
}

// opGroup is operations of one sort.
type opGroup struct {
	Name string
	Ops  []tenant.Op
}

// ops is what a trouble can be limited to.
var ops = []opGroup{
	{"Presses", []tenant.Op{tenant.ClockIn, tenant.StartBreak, tenant.EndBreak, tenant.ClockOut}},
	{"Cards", []tenant.Op{tenant.List, tenant.Get, tenant.Create, tenant.Replace, tenant.Delete, tenant.Confirm, tenant.ConfirmForUser}},
	{"Plans", []tenant.Op{tenant.GetSchedule, tenant.PutSchedule, tenant.ListShifts, tenant.ListTimesOff,
		tenant.ListTimeOffReasons, tenant.ListSchedulingGroups}},
	{"People", []tenant.Op{tenant.GetMe, tenant.JoinedTeams, tenant.ListMembers, tenant.GetUser, tenant.Photo}},
}
