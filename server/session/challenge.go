package session

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// maxChallenge bounds what is read of a WWW-Authenticate header, and maxClaims
// the claims in it: they end in an address.
const (
	maxChallenge = 8 << 10
	maxClaims    = 2 << 10
)

// challenge is one of a WWW-Authenticate header (RFC 9110 §11.6.1).
type challenge struct {
	scheme string            // in lower case
	params map[string]string // names in lower case
}

// DemandedClaims reads from WWW-Authenticate headers what the next sign-in must
// be asked for: the claims of a challenge with the error insufficient_claims
// (Microsoft, "Claims challenges, claims requests, and client capabilities"). It
// gives a JSON object, or false when no header holds one: a header that is
// malformed demands nothing.
func DemandedClaims(headers []string) (string, bool) {
	for _, header := range headers {
		for _, c := range readChallenges(header) {
			if c.scheme != "bearer" || c.params["error"] != "insufficient_claims" {
				continue
			}
			if claims, ok := decodeClaims(c.params["claims"]); ok {
				return claims, true
			}
		}
	}
	return "", false
}

// decodeClaims reads base64, of either alphabet, padded or not, and wants one
// JSON object in it.
func decodeClaims(s string) (string, bool) {
	s = strings.TrimRight(s, "=")
	s = strings.NewReplacer("+", "-", "/", "_").Replace(s)
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || !IsClaims(string(b)) {
		return "", false
	}
	return string(b), true
}

// IsClaims reports whether s is a claims request (OpenID Connect Core §5.5) as
// far as this server cares: a JSON object of some length.
func IsClaims(s string) bool {
	var object map[string]json.RawMessage
	return len(s) <= maxClaims && json.Unmarshal([]byte(s), &object) == nil && object != nil
}

// readChallenges reads a header. It gives nothing rather than something wrong:
// of a header it cannot read to the end, or in which a parameter comes twice,
// it gives the challenges that were whole before that.
func readChallenges(header string) []challenge {
	if len(header) > maxChallenge {
		return nil
	}
	p := &reader{header}
	var all []challenge
	for p.skip(" \t,"); p.left != ""; p.skip(" \t,") {
		c, ok := p.challenge()
		if !ok {
			return all
		}
		all = append(all, c)
	}
	return all
}

// reader takes a header apart from the left.
type reader struct{ left string }

func (p *reader) skip(marks string) { p.left = strings.TrimLeft(p.left, marks) }

// token takes the characters of a token (RFC 9110 §5.6.2).
func (p *reader) token() string {
	n := 0
	for n < len(p.left) && isTokenByte(p.left[n]) {
		n++
	}
	token := p.left[:n]
	p.left = p.left[n:]
	return token
}

func isTokenByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// challenge takes one: a scheme and its parameters. What follows a comma is a
// parameter if = comes after its name, and else the next scheme.
func (p *reader) challenge() (challenge, bool) {
	c := challenge{scheme: strings.ToLower(p.token()), params: map[string]string{}}
	if c.scheme == "" || p.left != "" && !strings.ContainsRune(" \t,", rune(p.left[0])) {
		return c, false
	}
	for {
		before := p.left
		p.skip(" \t,")
		name := strings.ToLower(p.token())
		p.skip(" \t")
		if name == "" || !strings.HasPrefix(p.left, "=") {
			p.left = before
			p.skip(" \t")
			return c, p.left == "" || p.left[0] == ','
		}
		p.left = p.left[1:]
		p.skip(" \t")
		value, ok := p.value()
		if _, twice := c.params[name]; !ok || twice {
			return c, false
		}
		c.params[name] = value
	}
}

// value takes a token or a quoted string (RFC 9110 §5.6.4).
func (p *reader) value() (string, bool) {
	if !strings.HasPrefix(p.left, `"`) {
		v := p.token()
		return v, v != ""
	}
	var b strings.Builder
	for i := 1; i < len(p.left); i++ {
		switch c := p.left[i]; {
		case c == '"':
			p.left = p.left[i+1:]
			return b.String(), true
		case c == '\\' && i+1 < len(p.left):
			i++
			b.WriteByte(p.left[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}
