package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"time"

	"github.com/google/uuid"

	"timeclock/app/clock"
	"timeclock/app/wire"
)

// person is a resident with a browser.
type person struct {
	resident
	url  string // of the product
	http *http.Client
	rng  *rand.Rand

	state   clock.State
	presses []*press
	parted  bool // has signed out
}

// press is one press and what was heard of it.
type press struct {
	wire.Punch
	tries  int           // times it was sent
	acks   int           // times it was acknowledged
	waited time.Duration // from the press to the first acknowledgement
	final  *wire.Receipt // the first final answer
}

// inhabit gives the residents of w their browsers. They share connections, which
// dial makes.
func inhabit(w *town, url string, seed uint64, dial func(ctx context.Context, network, addr string) (net.Conn, error)) []*person {
	transport := &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 512}
	var all []*person
	for i, r := range w.people {
		jar, _ := cookiejar.New(nil) // has no error to give
		all = append(all, &person{
			resident: r, url: url, state: clock.Out,
			rng: rand.New(rand.NewPCG(seed, uint64(i)+100)),
			http: &http.Client{Transport: transport, Jar: jar, Timeout: 30 * time.Second,
				CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		})
	}
	return all
}

// signIn goes through the provider, as a browser does.
func (p *person) signIn(ctx context.Context) error {
	at, err := p.step(ctx, http.MethodGet, p.url+wire.PathLogin+"?"+wire.ParamPrompt+"=select_account", nil)
	if err == nil {
		at, err = p.step(ctx, http.MethodPost, at, url.Values{"person": {p.login}})
	}
	if err == nil {
		_, err = p.step(ctx, http.MethodGet, at, nil)
	}
	if err != nil {
		return fmt.Errorf("sign %s in: %w", p.login, err)
	}
	return nil
}

// step makes one request and gives where its answer leads.
func (p *person) step(ctx context.Context, method, at string, form url.Values) (string, error) {
	r, err := http.NewRequestWithContext(ctx, method, at, bytes.NewBufferString(form.Encode()))
	if err != nil {
		return "", err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := p.http.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	next, err := answer.Location()
	if err != nil {
		return "", fmt.Errorf("%s %s: %s: %w", method, r.URL.Path, answer.Status, err)
	}
	return next.String(), nil
}

// errRefused is an answer after which a browser does not send again.
var errRefused = errors.New("refused")

// call makes one call of the API. Without an answer, or with one that means
// "not now", its error does not wrap errRefused.
func (p *person) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set(wire.Header, wire.HeaderValue)
	r.Header.Set("Origin", p.url)
	answer, err := p.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return err
	case answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("%s %s: %s %s", method, path, answer.Status, text)
	case answer.StatusCode >= 300:
		return fmt.Errorf("%s %s: %w: %s %s", method, path, errRefused, answer.Status, text)
	}
	return json.Unmarshal(text, out)
}

// make presses something that may follow, at this moment.
func (p *person) make() (*press, error) {
	kinds := clock.Allowed(p.state)
	return p.makeOne(kinds[p.rng.IntN(len(kinds))])
}

// makeOne presses this kind, at this moment.
func (p *person) makeOne(kind clock.Kind) (*press, error) {
	next, err := clock.After(p.state, kind)
	if err != nil {
		return nil, err
	}
	made := &press{Punch: wire.Punch{
		ID: uuid.Must(uuid.NewV7()).String(), Team: p.team, Kind: kind, Seen: p.state, At: clock.At(time.Now()),
		Bound: 30, Trust: wire.Anchored, Device: "device-of-" + p.id, Seq: int64(len(p.presses) + 1),
	}}
	p.presses, p.state = append(p.presses, made), next
	return made, nil
}

// send sends a press again and again until it is acknowledged, as the outbox
// does, though with less patience.
func (p *person) send(ctx context.Context, made *press) error {
	for {
		made.tries++
		var r wire.Receipt
		err := p.call(ctx, http.MethodPost, wire.PathPunches, made.Punch, &r)
		if err == nil {
			return made.acknowledged(r)
		}
		if errors.Is(err, errRefused) || ctx.Err() != nil {
			return fmt.Errorf("press %s of %s: %w", made.ID, p.login, err)
		}
		time.Sleep(10*time.Millisecond + upTo(p.rng, 100*time.Millisecond))
	}
}

// acknowledged notes an answer to the press as it was sent.
func (m *press) acknowledged(r wire.Receipt) error {
	if m.acks++; m.acks == 1 {
		m.waited = time.Since(m.At.Time())
	}
	return m.heard(r)
}

// heard notes a receipt. Each must be about this press, and a final one stays
// as it is.
func (m *press) heard(r wire.Receipt) error {
	if r.ID != m.ID || r.Kind != m.Kind || r.At != m.At || r.Team != m.Team {
		return fmt.Errorf("press %s at %d was answered with the receipt %+v", m.ID, m.At, r)
	}
	if m.final != nil && r != *m.final {
		return fmt.Errorf("press %s was answered with %+v, and before with %+v", m.ID, r, *m.final)
	}
	if r.Status.Final() {
		m.final = &r
	}
	return nil
}

// work presses until over is closed, with pauses up to twice as long as given,
// and then sends what is left.
func (p *person) work(ctx context.Context, over <-chan struct{}, pause time.Duration) error {
	for {
		select {
		case <-over:
			return nil
		case <-time.After(upTo(p.rng, 2*pause)):
		}
		made, err := p.make()
		if err != nil {
			return err
		}
		if err := p.send(ctx, made); err != nil {
			return err
		}
		if p.rng.IntN(4) == 0 { // another tab has it too
			if err := p.send(ctx, made); err != nil {
				return err
			}
		}
	}
}

// against tells what stands against a press in conflict.
func against(r wire.Receipt) error {
	if r.Conflict == nil || r.Conflict.Stands == nil {
		return nil
	}
	c := r.Conflict.Stands
	told := "against it stands " + c.ID
	for _, k := range clock.Kinds {
		for _, at := range c.Stamps(k) {
			told += fmt.Sprintf(", %s %s", k, at.Time().Format(precise))
		}
	}
	return errors.New(told)
}

// settle asks for the receipts until every press is final.
func (p *person) settle(ctx context.Context) error {
	for _, made := range p.presses {
		var last wire.Receipt
		for asked := false; made.final == nil || !asked; {
			var r wire.Receipt
			err := p.call(ctx, http.MethodGet, wire.PathPunches+"/"+made.ID, nil, &r)
			if err == nil {
				asked, last = true, r
				if err := made.heard(r); err != nil {
					return err
				}
			}
			if errors.Is(err, errRefused) || ctx.Err() != nil || last.Status == wire.Conflicted {
				return fmt.Errorf("%s of %s at %s (%s) is %s (%s): %w", made.Kind, p.login, made.At.Time().Format(precise), made.ID,
					last.Status, last.Code, errors.Join(err, ctx.Err(), against(last)))
			}
			if made.final == nil {
				time.Sleep(200*time.Millisecond + upTo(p.rng, 200*time.Millisecond))
			}
		}
	}
	return nil
}
