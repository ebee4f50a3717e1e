package tenant

import "net/http"

// The readings most rows have: a call is refused with this ruling, or passes.
func refuse(at func(*Assumptions) *Ruling, r Ruling) Reading { return as("refuse", at, r) }
func allow(at func(*Assumptions) *Ruling) Reading            { return as("allow", at, Allowed) }

// barred is a row that is assumed to refuse.
func barred(name, meaning string, at func(*Assumptions) *Ruling, r Ruling) Row {
	return Row{name, meaning, refuse(at, r), allow(at)}
}

// either is a row of a flag: off is assumed, on is the other reading.
func either(name, meaning, off, on string, at func(*Assumptions) *bool) Row {
	return Row{name, meaning, as(off, at, false), as(on, at, true)}
}

// rows is the table of assumptions: what no public source tells, or sources
// tell in two ways.
var rows = append(append(append(followRows, placeRows...), writeRows...), answerRows...)

// followRows: the order of actions. Clients and the product's own text tell
// what people may do; what the API answers when they do it all the same is not
// published, code and status included.
var followRows = []Row{
	barred("clockInWhileIn", "clockIn with a card open in the same team",
		func(a *Assumptions) *Ruling { return &a.ClockInWhileIn },
		bad("UserAlreadyClockedIn", "Sorry, you are already clocked in.")),
	{"clockInElsewhere", "clockIn with a card open in another team",
		allow(func(a *Assumptions) *Ruling { return &a.ClockInElsewhere }),
		refuse(func(a *Assumptions) *Ruling { return &a.ClockInElsewhere },
			bad("UserAlreadyClockedIn", "Sorry, you are already clocked in to another team."))},
	barred("clockOutWhileOut", "clockOut of a card that is clocked out; allowing moves its end",
		func(a *Assumptions) *Ruling { return &a.ClockOutWhileOut },
		bad("UserNotClockedIn", "Sorry, you are not clocked in.")),
	barred("clockOutOnBreak", "clockOut with a break open: the product's own text forbids it",
		func(a *Assumptions) *Ruling { return &a.ClockOutOnBreak },
		bad("UserOnBreak", "Sorry, you have to end your break before you can end your shift.")),
	barred("startBreakOnBreak", "startBreak with a break open; allowing opens a second one",
		func(a *Assumptions) *Ruling { return &a.StartBreakOnBreak },
		bad("UserAlreadyOnBreak", "Sorry, you are already on a break.")),
	barred("startBreakWhileOut", "startBreak on a card that is clocked out",
		func(a *Assumptions) *Ruling { return &a.StartBreakWhileOut },
		bad("UserNotClockedIn", "Sorry, you are not clocked in.")),
	barred("endBreakWhileIn", "endBreak with no break open; allowing answers 204 and changes nothing",
		func(a *Assumptions) *Ruling { return &a.EndBreakWhileIn },
		bad("UserNotOnBreak", "Sorry, you are not on a break.")),
	barred("endBreakWhileOut", "endBreak on a card that is clocked out; allowing answers 204 and changes nothing",
		func(a *Assumptions) *Ruling { return &a.EndBreakWhileOut },
		bad("UserNotOnBreak", "Sorry, you are not on a break.")),
	barred("confirmWhileOpen", "confirm and confirmForUser of a card that is not clocked out",
		func(a *Assumptions) *Ruling { return &a.ConfirmWhileOpen },
		bad("TimeCardNotClockedOut", "Sorry, a time card can be confirmed once it is clocked out.")),
}

const notFound = "Sorry, the team was not found, or you may not have access to it"

// placeRows: whom and what a call names, and what an application may do.
var placeRows = []Row{
	barred("timeClockOff", "clockIn, clockOut, breaks and create with timeClockEnabled=false",
		func(a *Assumptions) *Ruling { return &a.TimeClockOff },
		Ruling{Status: http.StatusForbidden, Code: "TimeClockNotEnabled", Message: "Sorry, the time clock is not enabled for this team."}),
	{"teamUnknown", "unknown team, an outsider, no schedule: status and sentence are known, whether a document of Shifts stands in error.message is not",
		as("nested", func(a *Assumptions) *Ruling { return &a.TeamUnknown }, Ruling{Status: http.StatusNotFound, Code: "TeamNotFound", Message: notFound}),
		as("plain", func(a *Assumptions) *Ruling { return &a.TeamUnknown }, Ruling{Status: http.StatusNotFound, Message: notFound, Plain: true})},
	{"cardUnknown", "a card that is not in this team",
		as("404", func(a *Assumptions) *Ruling { return &a.CardUnknown },
			Ruling{Status: http.StatusNotFound, Code: "TimeCardNotFound", Message: "Sorry, the time card was not found."}),
		as("400", func(a *Assumptions) *Ruling { return &a.CardUnknown }, bad("TimeCardNotFound", "Sorry, the time card was not found."))},
	{"personUnknown", "onBehalfOfUserId or userId names nobody of the team",
		as("400", func(a *Assumptions) *Ruling { return &a.PersonUnknown }, bad("UserNotInTeam", "Sorry, the user is not a member of this team.")),
		as("404", func(a *Assumptions) *Ruling { return &a.PersonUnknown },
			Ruling{Status: http.StatusNotFound, Code: "UserNotFound", Message: "Sorry, the user was not found."})},
	{"othersCard", "somebody who manages nobody acts for another: the answer is known for shifts, not for cards",
		as("nested", func(a *Assumptions) *Ruling { return &a.OthersCard },
			Ruling{Status: http.StatusForbidden, Code: "MissingAdminPermissions", Message: "Sorry, you need to be an admin to do this."}),
		as("plain", func(a *Assumptions) *Ruling { return &a.OthersCard },
			Ruling{Status: http.StatusForbidden, Message: "Sorry, you need to be an admin to do this.", Plain: true})},
	{"appWithoutHeader", "an application's call to the schedule without MS-APP-ACTS-AS: refused until 2025, not needed since",
		allow(func(a *Assumptions) *Ruling { return &a.AppWithoutHeader }),
		refuse(func(a *Assumptions) *Ruling { return &a.AppWithoutHeader }, noHeader)},
	barred("appWithoutUser", "an application's clockIn without onBehalfOfUserId, or create without userId; allowing takes the person of MS-APP-ACTS-AS",
		func(a *Assumptions) *Ruling { return &a.AppWithoutUser },
		bad("MissingUserId", "Sorry, an application has to say whose time card it is.")),
	either("actsAs", "MS-APP-ACTS-AS, deprecated: it narrows an application to what that person may do, or changes nothing",
		"narrows", "ignored", func(a *Assumptions) *bool { return &a.ActsAsIgnored }),
	barred("confirmByApp", "confirm with an application's token: announced to end on 2026-01-01; allowing asks for MS-APP-ACTS-AS, as before",
		func(a *Assumptions) *Ruling { return &a.ConfirmByApp },
		Ruling{Status: http.StatusForbidden, Code: "AppContextNotSupported", Message: "Sorry, an application confirms with confirmForUser."}),
	{"confirmForUserByPerson", "confirmForUser with a person's token, which is not supported",
		as("403", func(a *Assumptions) *Ruling { return &a.ConfirmForUserByPerson },
			Ruling{Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation.", Plain: true}),
		as("400", func(a *Assumptions) *Ruling { return &a.ConfirmForUserByPerson },
			bad("AppContextRequired", "Sorry, only an application confirms for a user."))},
	barred("joinedTeamsOfOthers", "users/{id}/joinedTeams of somebody else with a person's token",
		func(a *Assumptions) *Ruling { return &a.JoinedTeamsOfOthers },
		Ruling{Status: http.StatusForbidden, Code: "Forbidden", Message: "Missing role permissions on the request.", Plain: true}),
}

// noHeader is what applications were told until 2025.
var noHeader = Ruling{Status: http.StatusForbidden, Code: "MissingUserIdHeaderInAppContext",
	Message: "MS-APP-ACTS-AS header needs to be set for application context requests."}

// writeRows: what create, replace and delete may say, and what they leave.
var writeRows = []Row{
	barred("timesContradict", "an end before its start, a break outside the card, or two breaks open",
		func(a *Assumptions) *Ruling { return &a.TimesContradict },
		bad("InvalidTimeCardTimes", "Sorry, the times of this time card contradict each other.")),
	barred("noClockIn", "create or replace without clockInEvent",
		func(a *Assumptions) *Ruling { return &a.NoClockIn },
		bad("MissingClockInEvent", "Sorry, a time card needs a clock in event.")),
	barred("secondOpenCard", "create or replace leaves two open cards in the team",
		func(a *Assumptions) *Ruling { return &a.SecondOpenCard },
		bad("UserAlreadyClockedIn", "Sorry, there is an open time card already.")),
	barred("ownerChanged", "replace names another userId; allowing passes over it",
		func(a *Assumptions) *Ruling { return &a.OwnerChanged },
		bad("UserIdCannotChange", "Sorry, a time card cannot be given to another user.")),
	barred("editConfirmed", "the worker edits or deletes a card that anybody confirmed; a manager may",
		func(a *Assumptions) *Ruling { return &a.EditConfirmed },
		Ruling{Status: http.StatusForbidden, Code: "TimeCardConfirmed", Message: "Sorry, a confirmed time card cannot be changed."}),
	either("ifMatch", "If-Match on replace, delete and actions: passed over, or 412 when the card has another ETag",
		"ignored", "checked", func(a *Assumptions) *bool { return &a.IfMatchChecked }),
	either("replaceWithoutBreaks", "replace without breaks clears them, or keeps them",
		"clear", "keep", func(a *Assumptions) *bool { return &a.ReplaceKeepsBreaks }),
	either("replaceConfirmed", "replace resets confirmedBy to none, or keeps it",
		"reset", "keep", func(a *Assumptions) *bool { return &a.ReplaceKeepsConfirmation }),
	either("createOriginal", "originalEntry of a created card: empty as recorded, or filled as the first draft had it",
		"empty", "filled", func(a *Assumptions) *bool { return &a.CreateFillsOriginal }),
	either("createOnBehalf", "onBehalfOfUserId on create, which stands in beta's page and in no metadata: an unknown member, or whose card it is",
		"ignored", "honoured", func(a *Assumptions) *bool { return &a.CreateTakesBehalf }),
	{"patch", "PATCH of a card, which the SDK offers and no page documents: UnknownError as of a shift, or a merge",
		as("refuse", func(a *Assumptions) *Ruling { return &a.Patch }, Ruling{Status: http.StatusNotFound, Code: "UnknownError", Plain: true}),
		allow(func(a *Assumptions) *Ruling { return &a.Patch })},
}

const noSegment = "Resource not found for the segment '$count'."

// answerRows: queries, what answers look like, and how calls are counted.
var answerRows = []Row{
	{"queryOption", "a $ option that the operation does not document: refused, or passed over",
		refuse(func(a *Assumptions) *Ruling { return &a.QueryOption },
			Ruling{Status: http.StatusBadRequest, Message: "The query specified in the URI is not valid.", Plain: true}),
		as("ignore", func(a *Assumptions) *Ruling { return &a.QueryOption }, Allowed)},
	{"orderBy", "$orderby on clockInEvent/dateTime",
		as("allow", func(a *Assumptions) *[]string { return &a.Orderable }, []string{"clockinevent/datetime"}),
		as("refuse", func(a *Assumptions) *[]string { return &a.Orderable }, nil)},
	{"dateOperators", "eq, gt and lt on dates in $filter; ge and le are known to pass",
		as("refuse", func(a *Assumptions) *[]string { return &a.DateOperators }, []string{"ge", "le"}),
		as("allow", func(a *Assumptions) *[]string { return &a.DateOperators }, []string{"ge", "le", "eq", "gt", "lt"})},
	{"pageDefault", "cards on a page without $top; 100 was seen for shifts",
		as("100", func(a *Assumptions) *int { return &a.PageDefault }, 100),
		as("20", func(a *Assumptions) *int { return &a.PageDefault }, 20)},
	{"pageMax", "the most $top can ask for; 250 was seen to pass",
		as("1000", func(a *Assumptions) *int { return &a.PageMax }, 1000),
		as("250", func(a *Assumptions) *int { return &a.PageMax }, 250)},
	either("listOrder", "the order of a list nobody asked to order, by creation",
		"oldest", "newest", func(a *Assumptions) *bool { return &a.NewestFirst }),
	{"memberSees", "whose cards a plain member lists and reads",
		as("all", func(a *Assumptions) *bool { return &a.MemberSeesAll }, true),
		as("own", func(a *Assumptions) *bool { return &a.MemberSeesAll }, false)},
	{"count", "timeCards/$count, which stands in the OpenAPI description and on no page",
		refuse(func(a *Assumptions) *Ruling { return &a.Count },
			Ruling{Status: http.StatusBadRequest, Message: noSegment, Plain: true}),
		as("answer", func(a *Assumptions) *Ruling { return &a.Count }, Allowed)},
	{"bulk", "timeCards/bulkUpsert and bulkDelete, which stand in the permissions alone",
		as("405", func(a *Assumptions) *Ruling { return &a.Bulk },
			Ruling{Status: http.StatusMethodNotAllowed, Code: "Request_BadRequest", Message: "Specified HTTP method is not allowed for the request target.", Plain: true}),
		as("400", func(a *Assumptions) *Ruling { return &a.Bulk },
			Ruling{Status: http.StatusBadRequest, Message: "Resource not found for the segment.", Plain: true})},
	either("actionsAnswer", "clockOut, breaks, confirm and replace: 204 as the pages say, or 200 with the card as the metadata says",
		"204", "200", func(a *Assumptions) *bool { return &a.ActionsAnswerCard }),
	either("behalfCreator", "createdBy of a card made on behalf: the manager as v1.0 shows, or the worker as beta's list does",
		"manager", "worker", func(a *Assumptions) *bool { return &a.BehalfCreatorWorker }),
	either("userIdentityType", "identities carry userIdentityType, as newer payloads do",
		"absent", "present", func(a *Assumptions) *bool { return &a.UserIdentityType }),
	either("callCounting", "published limits count in buckets of one second's worth, or ask for calls evenly apart",
		"burst", "even", func(a *Assumptions) *bool { return &a.EvenCalls }),
}
