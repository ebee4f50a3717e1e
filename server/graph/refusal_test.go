package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestParseError(t *testing.T) {
	tests := []struct {
		name, body string
		want       Error
	}{
		{"Graph's own",
			`{"error":{"code":"BadRequest","message":"Invalid filter clause","innerError":{"date":"2026-02-28T15:49:58","request-id":"26ac","client-request-id":"99"}}}`,
			Error{Code: "BadRequest", Message: "Invalid filter clause", RequestID: "26ac"}},
		{"of Shifts, within the message",
			`{"error":{"code":"Forbidden","message":"{\"error\":{\"code\":\"Forbidden\",\"message\":\"Sorry, you need to be an admin to do this.\",\"details\":[],\"innererror\":{\"code\":\"MissingAdminPermissions\"}}}","innerError":{"request-id":"r"}}}`,
			Error{Code: "Forbidden", InnerCode: "MissingAdminPermissions", Message: "Sorry, you need to be an admin to do this.", RequestID: "r"}},
		{"of Shifts, without an inner code",
			`{"error":{"code":"NotFound","message":"{\"error\":{\"code\":\"TeamNotFound\",\"message\":\"gone\"}}"}}`,
			Error{Code: "NotFound", InnerCode: "TeamNotFound", Message: "gone"}},
		{"spelled in lower case",
			`{"error":{"code":"badRequest","message":"m","innererror":{"code":"invalidRange","request-id":"q","innererror":{"code":"deepest"}}}}`,
			Error{Code: "badRequest", InnerCode: "deepest", Message: "m", RequestID: "q"}},
		{"throttled",
			`{"error":{"code":"TooManyRequests","innerError":{"code":"429","message":"Please retry after","status":"429"},"message":"Please retry again later."}}`,
			Error{Code: "TooManyRequests", InnerCode: "429", Message: "Please retry again later."}},
		{"of a provider", `{"error":"invalid_token","error_description":"x"}`, Error{Code: "invalid_token"}},
		{"without a message", `{"error":{"code":"UnknownError"}}`, Error{Code: "UnknownError"}},
		{"with members of wrong types", `{"error":{"code":7,"message":["x"],"innerError":{"code":"inner"}}}`, Error{InnerCode: "inner"}},
		{"message that only looks like JSON", `{"error":{"code":"c","message":"{not json"}}`, Error{Code: "c", Message: "{not json"}},
		{"HTML of a gateway", `<html>Bad Gateway</html>`, Error{}},
		{"nothing", ``, Error{}},
		{"null", `{"error":null}`, Error{}},
		{"a list", `[{"error":{}}]`, Error{}},
		{"forged lines", `{"error":{"code":"a\nb\u001b[1m","message":"x\r\ny"}}`, Error{Code: "a b [1m", Message: "x  y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := *parseError("op", 400, http.Header{}, []byte(tt.body), time.Now())
			tt.want.Op, tt.want.Status = "op", 400
			if got != tt.want {
				t.Errorf("parseError(%s)\n = %+v\nwant %+v", tt.body, got, tt.want)
			}
		})
	}
}

func TestErrorTextNamesNobody(t *testing.T) {
	e := parseError("clockIn", 403, http.Header{"Request-Id": {"r-1"}},
		[]byte(`{"error":{"code":"Forbidden","message":"Ana Ruiz may not","innerError":{"code":"Shifts"}}}`), time.Now())
	const want = "graph: clockIn: status 403 Forbidden/Shifts (request r-1)"
	if got := e.Error(); got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC)
	tests := []struct {
		value string
		want  time.Duration
	}{
		{"", 0}, {"10", 10 * time.Second}, {"0", 0}, {"-5", 0}, {"soon", 0}, {"1.5", 0},
		{"Mon, 02 Mar 2026 07:00:30 GMT", 30 * time.Second},
		{"Mon, 02 Mar 2026 06:00:00 GMT", 0},
		{"86400", longestRetry}, {"9223372036854775807", longestRetry}, {"99999999999999999999", 0},
	}
	for _, tt := range tests {
		if got := retryAfter(tt.value, now); got != tt.want {
			t.Errorf("retryAfter(%q) = %v, want %v", tt.value, got, tt.want)
		}
	}
}

func TestOutcomeOf(t *testing.T) {
	status := func(n int) error { return fmt.Errorf("deliver: %w", &Error{Op: "clockIn", Status: n}) }
	tests := []struct {
		err  error
		want Outcome
	}{
		{nil, Done},
		{&ReadBackError{Op: "clockOut", Card: "c", Cause: &Error{Status: 429}}, Done},
		{fmt.Errorf("deliver: %w", &ReadBackError{Cause: errors.New("x")}), Done},
		{status(401), NotSent}, {status(425), NotSent}, {status(429), NotSent},
		{status(400), Refused}, {status(403), Refused}, {status(404), Refused}, {status(409), Refused}, {status(412), Refused}, {status(423), Refused},
		{status(408), Unknown}, {status(500), Unknown}, {status(502), Unknown}, {status(503), Unknown}, {status(504), Unknown},
		{status(200), Unknown}, {status(302), Unknown},
		{&Error{Sent: true, Err: ErrUnavailable}, Unknown},
		{&Error{Err: ErrUnavailable}, NotSent},
		{&Error{Err: ErrBusy}, NotSent},
		{&Error{Err: fmt.Errorf("%w: id", ErrInvalid)}, Refused},
		{errors.New("from elsewhere"), Unknown},
		{context.DeadlineExceeded, Unknown},
	}
	for _, tt := range tests {
		if got := OutcomeOf(tt.err); got != tt.want {
			t.Errorf("OutcomeOf(%v) = %v, want %v", tt.err, got, tt.want)
		}
	}
}

func TestErrorIs(t *testing.T) {
	all := []error{ErrToken, ErrForbidden, ErrNotFound, ErrBusy, ErrTimeout, ErrUnavailable, ErrInvalid}
	tests := []struct {
		err  *Error
		want error
	}{
		{&Error{Status: 401}, ErrToken}, {&Error{Status: 403}, ErrForbidden}, {&Error{Status: 404}, ErrNotFound},
		{&Error{Status: 429}, ErrBusy}, {&Error{Status: 408}, ErrTimeout}, {&Error{Status: 504}, ErrTimeout},
		{&Error{Status: 500}, ErrUnavailable}, {&Error{Status: 503}, ErrUnavailable}, {&Error{Status: 307}, ErrUnavailable},
		{&Error{Status: 200, Err: ErrTimeout}, ErrTimeout}, {&Error{Status: 409}, nil},
		{&Error{Err: fmt.Errorf("%w: dial", ErrUnavailable)}, ErrUnavailable},
	}
	for _, tt := range tests {
		for _, target := range all {
			if got := errors.Is(tt.err, target); got != (target == tt.want) {
				t.Errorf("errors.Is(%v, %v) = %v", tt.err, target, got)
			}
		}
	}
	if err := error(&ReadBackError{Cause: &Error{Status: 401}}); errors.Is(err, ErrToken) {
		t.Errorf("errors.Is(%v, ErrToken): a write that took effect looks like one to repeat", err)
	}
}

func FuzzError(f *testing.F) {
	f.Add(`{"error":{"code":"Forbidden","message":"{\"error\":{\"innererror\":{\"code\":\"X\"}}}"}}`, "10", "id")
	f.Add(`{"error":"word"}`, "Mon, 02 Mar 2026 07:00:30 GMT", "\x00")
	f.Add(`{"error":{"innerError":null,"message":"{}"}}`, "-1", "")
	f.Fuzz(func(t *testing.T, body, after, id string) {
		h := http.Header{"Retry-After": {after}, "Request-Id": {id}}
		e := parseError("op", 403, h, []byte(body), time.Now())
		text := e.Error()
		if strings.ContainsAny(text, "\r\n\x1b") || !utf8.ValidString(text) || len(text) > 8*maxWord {
			t.Errorf("Error() = %q: not fit for a log line", text)
		}
		if e.RetryAfter < 0 || e.RetryAfter > longestRetry {
			t.Errorf("RetryAfter = %v of %q", e.RetryAfter, after)
		}
		if OutcomeOf(e) != Refused {
			t.Errorf("OutcomeOf(%v) = %v, want refused", e, OutcomeOf(e))
		}
	})
}
