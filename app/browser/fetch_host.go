//go:build !js

package browser

import (
	"context"
	"io"
)

// Fetch sends r and reads the whole answer. The host has no fetch: tests bring
// one over real HTTP.
func Fetch(context.Context, Request) (Response, error) { return Response{}, ErrUnsupported }

// Open sends r and gives the answer's body as it comes.
func Open(context.Context, Request) (Response, io.ReadCloser, error) {
	return Response{}, nil, ErrUnsupported
}
