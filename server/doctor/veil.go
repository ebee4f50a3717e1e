package doctor

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// veil is a list of secrets to be kept out of a report.
type veil []string

// veil lists everything that must not be shown, in every spelling it has here.
func (x *exam) veil() veil {
	v := append(veil{x.Config.ClientSecret.Reveal(), x.Config.ClientPair.Reveal()}, x.hidden...)
	for _, k := range x.Config.SecretKeys {
		raw := []byte(k.Reveal())
		v = append(v, k.Reveal(), hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
			base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw))
	}
	return v
}

// piece is how much of a secret is too much, in bytes: what strangers answer is
// quoted cut short, and then a secret in it is no longer whole. A secret shorter
// than least stands in every second word, and hiding it would show it.
const (
	piece = 12
	least = 6
)

// over gives the text without secrets and pieces of them.
func (v veil) over(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if n := v.covers(text[i:]); n > 0 {
			b.WriteString("(hidden)")
			i += n
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

// covers gives how many bytes at the beginning of text are of a secret.
func (v veil) covers(text string) int {
	most := 0
	for _, secret := range v {
		n := min(len(secret), piece)
		if n < least || len(text) < n || !strings.Contains(secret, text[:n]) {
			continue
		}
		for n < len(text) && strings.Contains(secret, text[:n+1]) {
			n++
		}
		most = max(most, n)
	}
	return most
}

// hide takes secrets out of every text of the finding.
func (f Finding) hide(v veil) Finding {
	f.Found, f.Advice = v.over(f.Found), v.over(f.Advice)
	for i, d := range f.Details {
		f.Details[i] = v.over(d)
	}
	return f
}
