package tenant

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// refusal is an error the tenant answers with. Shifts failures wrap a document
// of their own in error.message; others are plain Graph.
type refusal struct {
	status  int
	code    string // error.code
	message string
	inner   string // innererror.code of a Shifts failure
	shifts  bool
	retry   int // seconds for Retry-After; 0 leaves it out
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%d %s %s: %s", r.status, r.code, r.inner, r.message)
}

// plain refuses in Graph's own words.
func plain(status int, code, message string) *refusal {
	return &refusal{status: status, code: code, message: message}
}

// ruled refuses in the words of Shifts, or plainly where the ruling says so, or
// allows with nil.
func ruled(r Ruling) error {
	if !r.refuses() {
		return nil
	}
	if r.Plain {
		return plain(r.Status, cmp.Or(r.Code, phrase(r.Status)), r.Message)
	}
	return &refusal{status: r.Status, code: phrase(r.Status), message: r.Message, inner: r.Code, shifts: true}
}

// ruledOut refuses where there is nothing that could be allowed; a row that was
// flipped to allow counts as a bad request here.
func ruledOut(r Ruling) error {
	if !r.refuses() {
		return plain(http.StatusBadRequest, "BadRequest", r.Message)
	}
	return ruled(r)
}

// phrase writes a status the way error.code does: "NotFound".
func phrase(status int) string {
	return strings.ReplaceAll(http.StatusText(status), " ", "")
}

var (
	errFilter  = plain(http.StatusBadRequest, "BadRequest", "Invalid filter clause")
	errPayload = plain(http.StatusBadRequest, "BadRequest",
		"Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
	errToken        = plain(http.StatusUnauthorized, "InvalidAuthenticationToken", "Access token is empty, expired or invalid.")
	errScope        = plain(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	errPrecondition = plain(http.StatusPreconditionFailed, "PreconditionFailed", "The ETag does not match the time card.")
	errApp          = plain(http.StatusBadRequest, "BadRequest", "/me request is only valid with delegated authentication flow.")
)

type problemInner struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Status  string `json:"status,omitempty"`
	Date    string `json:"date"` // carries no zone
	Request string `json:"request-id"`
	Client  string `json:"client-request-id"`
}

type problemBody struct {
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Inner   problemInner `json:"innerError"`
}

// body writes the error envelope for the call with these ids.
func (r *refusal) body(now time.Time, request, client string) any {
	p := problemBody{Code: r.code, Message: r.message, Inner: problemInner{
		Date: now.UTC().Format("2006-01-02T15:04:05"), Request: request, Client: client,
	}}
	if r.status == http.StatusTooManyRequests {
		p.Inner.Code, p.Inner.Status, p.Inner.Message = "429", "429", "Please retry after"
	}
	if r.shifts {
		p.Message = r.nested()
	}
	return map[string]any{"error": p}
}

// nested is the JSON document that Shifts puts, as a string, in error.message.
func (r *refusal) nested() string {
	text, err := json.Marshal(map[string]any{"error": map[string]any{
		"code":       r.code,
		"message":    r.message,
		"details":    []any{},
		"innererror": map[string]string{"code": r.inner},
	}})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}
