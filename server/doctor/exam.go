package doctor

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"timeclock/server/config"
	"timeclock/server/graph"
	"timeclock/server/session"
)

// exam is an examination under way: what was learned by one check for another.
type exam struct {
	Doctor
	http *http.Client

	sessions sessions  // nil unless the database's schema is this program's
	db       io.Closer // of sessions
	keys     *session.Keys
	provider metadata
	readings []reading
	visitor  visitor
	own      string // the application's own token
	actor    string // object id of the person an application asks for
	teams    []team
	hidden   []string // tokens that were sent to somebody
}

func newExam(d Doctor) *exam {
	x := &exam{Doctor: d, http: d.HTTP}
	if x.http == nil {
		x.http = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	own := *x.http
	own.Jar, own.CheckRedirect = nil, sameOrigin
	x.http = &own
	return x
}

// close ends what the examination opened. Nothing was changed, so that there
// is nothing to lose.
func (x *exam) close() {
	if x.db != nil {
		_ = x.db.Close()
	}
	if x.HTTP == nil {
		x.http.CloseIdleConnections()
	}
}

// transport is what carries requests.
func (x *exam) transport() http.RoundTripper {
	if x.http.Transport == nil {
		return http.DefaultTransport
	}
	return x.http.Transport
}

// application reports whether Graph is asked with the server's own token.
func (x *exam) application() bool { return x.Config.GraphAccess == config.Application }

// graphToken is what goes to Graph.
func (x *exam) graphToken() string {
	if x.application() {
		return x.own
	}
	return x.visitor.tokens.Access
}

// maxAnswer is the most of an answer that is read, in bytes.
const maxAnswer = 1 << 20

// answer is what an address said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// fetch asks, and notes what the answer says of the clock of whoever gave it.
// Errors do not repeat the request.
func (x *exam) fetch(r *http.Request, who string) (answer, error) {
	asked := x.Now()
	resp, err := x.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	x.readClock(who, resp.Header, asked, x.Now())
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	return answer{resp.StatusCode, resp.Header, body}, err
}

var errElsewhere = errors.New("it redirects to another place")

// sameOrigin follows a redirect of a GET within one origin, as the server does.
func sameOrigin(r *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > 3 || first.Method != http.MethodGet || r.URL.Scheme != first.URL.Scheme || r.URL.Host != first.URL.Host {
		return errElsewhere
	}
	return nil
}

// brief makes a text of a stranger's fit to be shown: one line, no control
// characters, not long.
func brief(s string) string {
	const most = 160
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}

// roughly spells a length of time for people.
func roughly(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Round(time.Second).Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%d h", int(d.Round(time.Hour).Hours()))
}

// client makes what asks Graph, in the way the server does.
func (x *exam) client() (*graph.Client, error) {
	return graph.New(graph.Config{
		Root: x.Config.GraphURL, API: x.Config.GraphAPI, UserAgent: "timeclock-doctor", Transport: x.transport(), Now: x.Now,
		Timeout: x.Patience,
	})
}
