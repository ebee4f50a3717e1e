package graph

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Limits of what is taken from an error answer, in runes.
const (
	maxWord     = 100
	maxSentence = 500
)

// refusal is the error object of Graph ("Microsoft Graph error responses and
// resource types"). The inner error is spelled innerError and innererror;
// encoding/json takes both.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Inner   *inner `json:"innerError"`
}

type inner struct {
	Code      string `json:"code"`
	RequestID string `json:"request-id"`
	Inner     *inner `json:"innerError"`
}

// word gives the most specific code.
func (i *inner) word() string {
	word := ""
	for depth := 0; i != nil && depth < 10; depth++ {
		if i.Code != "" {
			word = i.Code
		}
		i = i.Inner
	}
	return word
}

// parseError reads an answer that is not a success. Whatever the body is, the
// status stands.
func parseError(op string, status int, h http.Header, body []byte, now time.Time) *Error {
	e := &Error{Op: op, Status: status, RetryAfter: retryAfter(h.Get("Retry-After"), now)}
	r, ok := parseRefusal(body)
	e.RequestID = h.Get("request-id")
	if ok {
		e.Code, e.Message, e.InnerCode = r.Code, r.Message, r.Inner.word()
		if e.RequestID == "" && r.Inner != nil {
			e.RequestID = r.Inner.RequestID
		}
		e.unwrapMessage()
	}
	e.Code, e.InnerCode = clean(e.Code, maxWord), clean(e.InnerCode, maxWord)
	e.Message, e.RequestID = clean(e.Message, maxSentence), clean(e.RequestID, maxWord)
	return e
}

// unwrapMessage takes apart the JSON that Shifts writes into the message.
func (e *Error) unwrapMessage() {
	for range 3 {
		if !strings.HasPrefix(strings.TrimSpace(e.Message), "{") {
			return
		}
		r, ok := parseRefusal([]byte(e.Message))
		if !ok {
			return
		}
		e.Message = r.Message
		if word := r.Inner.word(); word != "" {
			e.InnerCode = word
		} else if r.Code != "" && r.Code != e.Code {
			e.InnerCode = r.Code
		}
	}
}

// parseRefusal reads {"error": {…}} and, from providers and gateways,
// {"error": "word"}. Members of a wrong type are passed over.
func parseRefusal(body []byte) (refusal, bool) {
	var envelope struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(body, &envelope) != nil || len(envelope.Error) == 0 {
		return refusal{}, false
	}
	var r refusal
	if json.Unmarshal(envelope.Error, &r.Code) == nil {
		return r, r.Code != ""
	}
	err := json.Unmarshal(envelope.Error, &r)
	return r, err == nil || r.Code != "" || r.Message != "" || r.Inner != nil
}

// longestRetry bounds what Retry-After may ask.
const longestRetry = 5 * time.Minute

// retryAfter reads the header: seconds, or a date (RFC 9110 §10.2.3).
func retryAfter(value string, now time.Time) time.Duration {
	if value == "" {
		return 0
	}
	var wait time.Duration
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(longestRetry/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), longestRetry)
}

// clean makes text from outside fit for a log line: valid, of one line, short.
func clean(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > limit {
			break
		}
		if !unicode.IsPrint(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
