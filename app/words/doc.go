// Package words holds every text a person reads, in every language.
//
// A text is named by a Key and lives in a Book, one per language. A Book is
// plain data, so that a language can travel as a document of its own: the
// program carries English, and reads any other only when it is in use. Texts
// have named placeholders, {like} this; a placeholder without a value stays
// visible, which is ugly on purpose.
//
// Times of day and dates are not formatted here, since only the browser (or
// the server's zone database) knows the zone; they come in as finished words.
// Lengths of time are: see Length, Ticking and Spoken.
//
// The package is pure: no JavaScript, no templates, nothing read from outside.
// The server uses it for the pages it writes itself.
package words
