// Package storetest holds what every store of the server must pass, whatever
// database stands behind it.
//
// Each function is one suite: it is given a way to open an empty store and
// drives it through the interface its user declared, with real goroutines where
// that interface promises that only one succeeds. A store that passes may be
// put in the place of another.
package storetest
