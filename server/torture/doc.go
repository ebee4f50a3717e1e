// Package torture holds the promise of exactly once against the program as it
// is shipped: it is killed, stopped and flooded from outside, while people press
// and a tenant that nobody kills writes down every call and what it did.
//
// There is nothing here to import. The judgement is made from three records
// that do not know of each other: what was acknowledged to the people, what the
// product says became of each press, and the tenant's cards with its log of
// effects. Every press must stand on one card once, at the time it was made;
// nothing else may stand there.
//
// The random choices of a run follow from a seed, which is printed; what the
// scheduler makes of them does not, so that a seed gives a similar run and not
// the same one.
//
//	make torture       many kills
//	make bench-herd    5,000 people within a minute
package torture
