// Package desk holds what the supervisors' screens show and what supervisors do
// with it; no markup.
//
// Nothing is kept in the browser but a card that is being put right, in the tab
// and for whoever writes it (Draft): the desk works with the network alone, and
// what it shows is the server's answer with its age. The server decides who may
// see and do what; a screen that offers more than that is refused in words.
package desk
