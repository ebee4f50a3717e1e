// Package state holds what the screens show and the actions that change it.
//
// A Store owns one Model. Screens subscribe, take copies and draw; they change
// nothing but through the Store's actions. What is shown of a person's day is
// the cards as last read with the presses not yet on them applied by the rules
// of package clock, so that a press shows at once and the truth replaces it
// when it comes.
//
// The package knows no markup and no JavaScript: network, storage, time and
// zones come in through what New is given, so all of it runs in ordinary
// tests.
package state
