// Package wire is the JSON between browser and server: paths, requests,
// answers and problem codes.
//
// Everything here crosses a network between two programs that may be of
// different age. So names are only ever added, never changed or reused, and
// whoever reads ignores members it does not know. Times are milliseconds since
// 1970-01-01T00:00:00Z.
//
// The package carries no sentence meant for a person: the screen chooses its
// words by Code.
package wire
