package words

import (
	"strings"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// inUse is the Book that the functions of this package speak.
var inUse = &English

// Use makes b the language of T and all other functions of this package. It
// is called before anything is drawn and is not safe beside them.
func Use(b *Book) { inUse = b }

// Lang gives the language tag and direction in use, for the page's root.
func Lang() (tag, dir string) { return inUse.Lang, inUse.Dir }

// Locale gives the locale for dates and times: the reader's own when it is of
// the language in use, else that of the Book.
func Locale(reader string) string {
	language, _, _ := strings.Cut(inUse.Lang, "-")
	if reader == language || strings.HasPrefix(reader, language+"-") {
		return reader
	}
	return inUse.Locale
}

// T is Book.T in the language in use.
func T(k Key, args ...string) string { return inUse.T(k, args...) }

// N is Book.N in the language in use.
func N(k Key, n int64, args ...string) string { return inUse.N(k, n, args...) }

// Length is Book.Length in the language in use.
func Length(s clock.Span) string { return inUse.Length(s) }

// Exact is Book.Exact in the language in use.
func Exact(s clock.Span) string { return inUse.Exact(s) }

// Spoken is Book.Spoken in the language in use.
func Spoken(s clock.Span) string { return inUse.Spoken(s) }

// Size is Book.Size in the language in use.
func Size(bytes int64) string { return inUse.Size(bytes) }

// Problem is Book.Problem in the language in use.
func Problem(c wire.Code) Advice { return inUse.Problem(c) }

// Act is Book.Act in the language in use.
func Act(k clock.Kind) string { return inUse.Act(k) }

// Done is Book.Done in the language in use.
func Done(k clock.Kind) string { return inUse.Done(k) }

// State is Book.State in the language in use.
func State(s clock.State) string { return inUse.State(s) }

// ClockChange is Book.ClockChange in the language in use.
func ClockChange(change, worked clock.Span, open bool) string {
	return inUse.ClockChange(change, worked, open)
}

// Confirmed is Book.Confirmed in the language in use.
func Confirmed(byPerson, bySupervisor bool) string { return inUse.Confirmed(byPerson, bySupervisor) }

// SignInRefused is Book.SignInRefused in the language in use.
func SignInRefused(r Refusal) Advice { return inUse.SignInRefused(r) }

// Exception is Book.Exception in the language in use.
func Exception(e clock.Exception, planned string) string { return inUse.Exception(e, planned) }

// File is Book.File in the language in use.
func File(k Key, args ...string) string { return inUse.File(k, args...) }

// Rules is Book.Rules in the language in use.
func Rules(r clock.Rules) []string { return inUse.Rules(r) }

// Device is Book.Device in the language in use.
func Device(browser, system, form string) string { return inUse.Device(browser, system, form) }
