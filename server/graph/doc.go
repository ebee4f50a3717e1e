// Package graph speaks to Microsoft Graph about time cards: typed calls for
// the timeCard actions and for the schedule, teams and people they need, and
// the budget that keeps them within Graph's means.
//
// # What Graph promises, and what it does not
//
// A card's event is stamped by Graph when an action (clockIn, clockOut,
// startBreak, endBreak) arrives; an action has no time of its own. To record
// another time one creates a card or replaces one whole. Only clockIn and
// create answer with a card. The others answer 204, so every call here that
// changes a card reads it back and returns it as it then stands.
//
// There are no idempotency keys. A write whose answer was lost may have
// happened, and the only way to know is to read the person's cards. No write is
// therefore ever sent twice by this package: it reports what is known of the
// one attempt, and whoever keeps the press decides. OutcomeOf sorts the errors:
//
//	NotSent  no connection; the budget or the caller's time ran out before
//	         sending; 401, 425, 429              try again later
//	Refused  any other 4xx but 408; an argument that is no id
//	                                             give up, tell the person
//	Unknown  cut or timed out after sending; 408; 5xx; a success that cannot be
//	         read                                read the cards before anything
//	Done     no error; or a *ReadBackError: it happened, and only reading the
//	         card afterwards failed              never send again
//
// Reads are repeated up to twice after 429, 5xx or a broken connection.
//
// Replacing a card is PUT of the whole: the types here keep every member they
// do not know, so that a card read, changed and written loses nothing. PATCH is
// offered by SDKs and documented nowhere; it is not used.
//
// Lists understand few filters, joined by "and" only, and come in pages. Links
// to the next page are followed as given, and only to the server one started
// from. The token of the caller goes to that server alone; redirects are not
// followed.
//
// Errors of Shifts arrive as JSON written into the message of a Graph error;
// they are taken apart. Which codes there are is not documented.
//
// # Who calls
//
// A Caller brings a person's own token, or an application's and the person it
// calls for. Then no call says "me": teams, person and picture are asked for by
// id, a clock-in and a new card name their person in the body, always, and
// confirming becomes confirmForUser. Graph does not check what such an
// application may do for whom; whoever makes the Caller must have.
//
// # Sources
//
// Microsoft Graph REST API v1.0 reference: "timeCard resource type", "timeCard:
// clockIn" (clockOut, startBreak, endBreak, confirm), "timeCard:
// confirmForUser" (beta), "List timeCards", "Create timeCard", "Get timeCard",
// "Replace timeCard", "Delete timeCard", "Get schedule", "List shifts", "List
// timesOff", "List joinedTeams", "List members of team", "Get a user", "Get
// profilePhoto"; "Microsoft Graph error responses", "Microsoft Graph throttling
// guidance" and its "Service-specific throttling limits". Shifts exist in the
// global cloud only.
//
// The package knows nothing of sessions, browsers or stores.
package graph
