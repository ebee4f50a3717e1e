// Package browser is the one door to JavaScript.
//
// Everything the program wants of the browser goes through here: fetch,
// IndexedDB, Web Locks, messages between tabs, the signs that a page came back
// or the network did, clocks, the address, and Intl for times a person reads.
// Files ending in _js.go speak to the browser; those ending in _host.go are
// their twins for ordinary tests, with the same names and the same promises
// but no browser behind them. Nothing outside this package needs syscall/js.
//
// A rejected promise or a thrown exception becomes an *Error that carries its
// JavaScript name. Functions that wait take a context, give up when it ends
// and must not be called on the goroutine that draws; the others return at
// once. Callbacks run on the goroutine that handles the browser's events and
// must not wait for anything.
//
// The package decides nothing: what an answer means, what is stored under
// which key and when something is sent again is decided by its callers.
package browser
