// Package http stands in for the standard library's in the browser program.
// go-app mentions some of its names in what it does on servers, which this
// program leaves out; fetching is the browser's. All that is mentioned is here,
// so that another mention does not compile, and none of it works.
package http

import (
	"io"
	"net/url"
)

// Status codes, as in RFC 9110.
const (
	StatusOK                  = 200
	StatusNotModified         = 304
	StatusNotFound            = 404
	StatusInternalServerError = 500
)

type (
	// Header is as in net/http.
	Header map[string][]string
	// Handler is as in net/http.
	Handler interface {
		ServeHTTP(ResponseWriter, *Request)
	}
	// ResponseWriter is as in net/http.
	ResponseWriter interface {
		Header() Header
		Write([]byte) (int, error)
		WriteHeader(int)
	}
	// Request has what is mentioned of it.
	Request struct {
		URL    *url.URL
		Header Header
		Host   string
		TLS    *struct{}
	}
	// Response has what is mentioned of it.
	Response struct {
		StatusCode int
		Header     Header
		Body       io.ReadCloser
	}
	// Dir is as in net/http.
	Dir string
)

const absent = "net/http is not in the browser program"

// Get gives nothing.
func (Header) Get(string) string { panic(absent) }

// Set sets nothing.
func (Header) Set(string, string) { panic(absent) }

// Get fetches nothing.
func Get(string) (*Response, error) { panic(absent) }

// NotFound answers nothing.
func NotFound(ResponseWriter, *Request) { panic(absent) }

// FileServer serves nothing.
func FileServer(Dir) Handler { return nil }
