package browser

import "errors"

// ErrUnsupported is returned by what this browser, or the host, cannot do.
var ErrUnsupported = errors.New("not supported here")

// Error is a JavaScript exception or a rejected promise.
type Error struct {
	Name    string // such as "QuotaExceededError" or "TypeError"
	Message string
}

// Error gives name and message.
func (e *Error) Error() string { return e.Name + ": " + e.Message }
