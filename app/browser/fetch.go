package browser

import (
	"strings"
	"time"
)

// Request is what Fetch and Open ask of the server. Path is of this origin;
// cookies go along, nothing is cached and no redirect is followed.
type Request struct {
	Method string
	Path   string
	Header map[string]string
	Body   []byte
	// Timeout bounds the whole exchange for Fetch, and the time until the
	// answer begins for Open; 0 for 20 seconds.
	Timeout time.Duration
}

// DefaultTimeout bounds a Request that names none.
const DefaultTimeout = 20 * time.Second

func (r Request) timeout() time.Duration {
	if r.Timeout > 0 {
		return r.Timeout
	}
	return DefaultTimeout
}

// Response is an answer of any status.
type Response struct {
	Status int
	Header Header
	Body   []byte // of Fetch; nil of Open
}

// Header holds the headers of an answer by their names in lower case.
type Header map[string]string

// Get gives the header with that name, in any case.
func (h Header) Get(name string) string { return h[strings.ToLower(name)] }
