// Package report tells what people of a team worked in a period: by person and
// day, with totals, regular hours and what is over them, and what does not fit
// the rules; for a screen, and as files to keep (CSV, XLSX).
//
// A period is read from Graph once, page by page and no faster than leaves the
// team's budget to those who press. What was read is kept for some minutes, for
// the one who asked for it alone: Graph may show others more or less.
//
// Whoever calls has found that the person supervises the team, or asks for the
// person's own hours. Lengths are whole milliseconds until the end, where they
// are rounded once, so that rows add up to their totals exactly.
package report
