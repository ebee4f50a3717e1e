package graph

import (
	"context"
	"fmt"
)

// Token gives the bearer token of a call. It is asked once for every request
// sent. Its errors end the call before anything is sent and are wrapped by the
// call's error.
type Token func(ctx context.Context) (string, error)

// Caller is in whose name a call is made, and with whose token.
//
// With a person's own token (delegated permission) Graph knows who is calling,
// and User is empty. With an application's token Graph trusts the application:
// User is then the person it calls for, and every call that would mean "me"
// names that person instead. Whether the person may is for whoever makes the
// Caller to know.
type Caller struct {
	Token Token
	// User is the object id of the person an application calls for.
	User string
	// ActsAs names User to Shifts in the header MS-APP-ACTS-AS too, which
	// Microsoft has deprecated and half its pages still require (page
	// "timeCard: clockIn", request headers).
	ActsAs bool
	// Refused, if set, is told of a token that Graph did not accept (401), so
	// that it is not used again.
	Refused func(token string)
}

// By is a person who calls with a token of their own.
func By(t Token) Caller { return Caller{Token: t} }

// application reports whether the token is an application's.
func (c Caller) application() bool { return c.User != "" }

// actsAs is the value of MS-APP-ACTS-AS in a call of o; empty for none.
func (c Caller) actsAs(o Operation) string {
	if c.application() && c.ActsAs && o.Shifts() {
		return c.User
	}
	return ""
}

// check keeps out what cannot be an id: it goes into headers and paths.
func (c Caller) check() error {
	if c.application() && !validSegment(c.User) {
		return fmt.Errorf("%w: person is not an id", ErrInvalid)
	}
	return nil
}
