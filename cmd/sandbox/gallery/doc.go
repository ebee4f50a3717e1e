// Package gallery draws every state of the screens on one page, to be looked
// at: the product's own screens and styles over made-up Models, printed on the
// host. Nothing in it can be pressed.
//
// The states are listed in specimens.go; a test fails when one that the program
// can be in is not among them.
package gallery
