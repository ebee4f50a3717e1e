// Package api answers the browser's JSON calls under /api.
//
// A handler works for the person of the session and for nobody else: whose
// cards, whose presses and whose teams are never taken from a request. What is
// other people's is for the supervisors of their team, and is reached through
// Handler.supervised alone. A request must carry the static header and must not
// come from another site (RFC 10017 §6.1). Answers are never stored by anybody
// on the way. What goes wrong is answered as a wire.Problem, in one place; the
// sentence a person reads is chosen by the screen.
package api
