// Package clock is the domain of a time clock: presses, time cards, what may
// follow what, and how much time was worked.
//
// Everything here is a pure function of values. Nothing reads a clock, a zone
// database or a network; the present moment and the local zone are parameters.
// Browser and server decide by this package alone, so that the button a person
// sees and the answer the server gives cannot disagree.
//
// Time is kept in whole milliseconds and never rounded. A length of time is
// the difference of two instants, so neither the zone of the viewer nor a
// clock change can alter it: a zone only decides which day a card belongs to.
//
// The package imports nothing of this module.
package clock
