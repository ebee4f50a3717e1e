// Package client calls the server.
//
// Its promise is that nothing passes for an answer of the server but an answer
// of the server: JSON of the right media type, whole, that names what was
// asked about. A portal's page with status 200, a proxy's error page, half an
// answer or an answer about another press are all the same as no answer, and
// come back as a *wire.Problem with wire.CodeOffline. What the server refused
// comes back as the *wire.Problem it sent.
//
// The package neither stores nor repeats anything, the event stream excepted,
// which it opens again when it breaks.
package client
