package auth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	callTimeout = 10 * time.Second // one exchange with the provider, whole
	maxAnswer   = 1 << 20          // bytes of an answer of the provider
)

var errTooLarge = errors.New("the provider's answer is too large")

// newClient gives the client for everything asked of the provider: with a time
// limit, a limit to what it reads, and redirects for GET within one origin
// alone, so that nothing meant for the provider reaches another host.
func newClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 8
		t.ResponseHeaderTimeout = callTimeout
		transport = t
	}
	return &http.Client{
		Timeout:       callTimeout,
		Transport:     capped{transport},
		CheckRedirect: sameOrigin,
	}
}

func sameOrigin(r *http.Request, via []*http.Request) error {
	first := via[0]
	switch {
	case len(via) > 3:
		return errors.New("the provider redirects too often")
	case first.Method != http.MethodGet:
		return fmt.Errorf("the provider redirects a %s", first.Method)
	case r.URL.Scheme != first.URL.Scheme || r.URL.Host != first.URL.Host:
		return errors.New("the provider redirects to another host")
	}
	return nil
}

// capped fails reading when an answer is longer than maxAnswer.
type capped struct{ next http.RoundTripper }

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &cappedBody{resp.Body, maxAnswer}
	return resp, nil
}

type cappedBody struct {
	io.ReadCloser
	left int
}

func (b *cappedBody) Read(p []byte) (int, error) {
	if len(p) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// keyFetches stands before the client of the key set: go-oidc fetches the
// provider's keys once for every token with an unknown key id. It lets some
// fetches through at once and then one in a while, and answers the others with
// the keys as last fetched. Whatever is not a key set becomes an error of the
// exchange, so that a provider that fails can be told from a bad signature.
type keyFetches struct {
	next  http.RoundTripper
	limit *rate.Limiter
	now   func() time.Time

	mu   sync.Mutex
	last []byte // body of the last good answer
}

const (
	keyFetchEvery = 10 * time.Second
	keyFetchBurst = 3
)

func (k *keyFetches) RoundTrip(r *http.Request) (*http.Response, error) {
	k.mu.Lock()
	last := k.last
	k.mu.Unlock()
	if allowed := k.limit.AllowN(k.now(), 1); !allowed && last != nil {
		return answer(r, last), nil
	}
	resp, err := k.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("key set: %s", resp.Status)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	k.last = body
	k.mu.Unlock()
	return answer(r, body), nil
}

func answer(r *http.Request, body []byte) *http.Response {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:  http.Header{"Content-Type": {"application/json"}},
		Body:    io.NopCloser(bytes.NewReader(body)),
		Request: r, ContentLength: int64(len(body)),
	}
}

// checkURL accepts https, and http to this machine alone.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return err
	}
	if u.Host == "" || u.User != nil || u.Fragment != "" {
		return errors.New("it must be an absolute URL without user and fragment")
	}
	if u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()) {
		return nil
	}
	return errors.New("it must be https, or http to this machine")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
