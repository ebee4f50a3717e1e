//go:build js && wasm

package browser

import (
	"context"
	"fmt"
	"io"
	"syscall/js"
	"time"
)

// Fetch sends r and reads the whole answer, of any status. The error is an
// *Error when the network or a redirect failed it, and wraps that of the
// context when it ended or the time was up; then it is not known whether the
// server acted.
func Fetch(ctx context.Context, r Request) (Response, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout())
	defer cancel()
	answer, abort, err := send(ctx, r)
	if err != nil {
		return Response{}, fmt.Errorf("fetch %s %s: %w", r.Method, r.Path, err)
	}
	defer context.AfterFunc(ctx, abort)()
	buffer, err := await(ctx, answer.Call("arrayBuffer"))
	if err != nil {
		return Response{}, fmt.Errorf("read %s %s: %w", r.Method, r.Path, err)
	}
	return Response{
		Status: answer.Get("status").Int(),
		Header: headerOf(answer),
		Body:   bytesOf(js.Global().Get("Uint8Array").New(buffer)),
	}, nil
}

// Open sends r and gives the answer's body as it comes. The caller closes it;
// the end of ctx does too.
func Open(ctx context.Context, r Request) (Response, io.ReadCloser, error) {
	ctx, cancel := context.WithCancel(ctx)
	slow := time.AfterFunc(r.timeout(), cancel)
	answer, abort, err := send(ctx, r)
	slow.Stop()
	if err != nil {
		cancel()
		return Response{}, nil, fmt.Errorf("open %s %s: %w", r.Method, r.Path, err)
	}
	context.AfterFunc(ctx, abort)
	head := Response{Status: answer.Get("status").Int(), Header: headerOf(answer)}
	stream := &body{ctx: ctx, cancel: cancel}
	if b := answer.Get("body"); b.Truthy() {
		stream.reader = b.Call("getReader")
	}
	return head, stream, nil
}

// send starts r and waits for the head of the answer. abort may be called at
// any time and any number of times.
func send(ctx context.Context, r Request) (answer js.Value, abort func(), err error) {
	defer recoverJS(&err)
	controller := js.Global().Get("AbortController").New()
	abort = func() { controller.Call("abort") }
	options := map[string]any{
		"method": r.Method, "credentials": "same-origin", "redirect": "error",
		"cache": "no-store", "signal": controller.Get("signal"),
	}
	header := map[string]any{}
	for name, value := range r.Header {
		header[name] = value
	}
	options["headers"] = header
	if r.Body != nil {
		options["body"] = string(r.Body)
	}
	stop := context.AfterFunc(ctx, abort)
	defer stop()
	answer, err = await(ctx, js.Global().Call("fetch", r.Path, options))
	return answer, abort, err
}

func headerOf(answer js.Value) Header {
	pairs := js.Global().Get("Array").Call("from", answer.Get("headers"))
	h := make(Header, pairs.Length())
	for i := range pairs.Length() {
		pair := pairs.Index(i)
		h[pair.Index(0).String()] = pair.Index(1).String()
	}
	return h
}

func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

// body reads the chunks of an answer. Not safe for concurrent use, but for
// Close.
type body struct {
	ctx    context.Context // ends the exchange; belongs to the body's life
	cancel context.CancelFunc
	reader js.Value // undefined when the answer has no body
	rest   []byte
}

// Read gives what has come, waiting for the first byte of it.
func (b *body) Read(p []byte) (int, error) {
	for len(b.rest) == 0 {
		if !b.reader.Truthy() {
			return 0, io.EOF
		}
		chunk, err := await(b.ctx, b.reader.Call("read"))
		if err != nil {
			return 0, fmt.Errorf("read stream: %w", err)
		}
		if chunk.Get("done").Bool() {
			return 0, io.EOF
		}
		b.rest = bytesOf(chunk.Get("value"))
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Close ends the exchange.
func (b *body) Close() error {
	b.cancel()
	return nil
}
