package doctor

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"timeclock/server/config"
	"timeclock/server/session"
)

// settings reports what config.Load found, problem by problem.
func (x *exam) settings(context.Context) Finding {
	if x.Problem == nil {
		c := x.Config
		complete := fmt.Sprintf("Complete: tenant %s, client %s, cloud %s, %s access.",
			orNone(c.TenantID), c.ClientID, c.Cloud.Name, c.GraphAccess)
		if c.ActsAs != config.ActsAsHeader && !x.application() {
			return warn(complete+" How the application says for whom it acts does not matter then.").
				advise("Leave it out, or choose application access.", "ACTS_AS", "GRAPH_ACCESS")
		}
		return ok(complete)
	}
	var problems []string
	for line := range strings.Lines(x.Problem.Error()) {
		problems = append(problems, strings.TrimSpace(line))
	}
	found := "There is one problem."
	if len(problems) != 1 {
		found = fmt.Sprintf("There are %d problems.", len(problems))
	}
	return failed(found).with(problems...).advise("Mend what is listed; timeclock serve --help explains every setting.")
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// cloud says where Microsoft does not offer what the product needs.
func (x *exam) cloud(context.Context) Finding {
	c := x.Config.Cloud
	if !c.Shifts {
		return warn(fmt.Sprintf("Microsoft publishes the Shifts API for its global cloud only, and this is %s: "+
			"calls for schedules and time cards are expected to fail.", c.Name)).
			advise("Nothing here can mend that; if the tenant is in the global cloud, say so.", "CLOUD")
	}
	return ok(fmt.Sprintf("%s, Graph at %s (%s).", c.Name, x.Config.GraphURL, x.Config.GraphAPI))
}

// address compares where the server listens with what browsers are told.
func (x *exam) address(context.Context) Finding {
	c := x.Config
	u, err := url.Parse(c.URL)
	if err != nil {
		return failed("The public address cannot be read.").advise("Write it like https://clock.example.org.", "URL")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return failed("The address to listen on cannot be read.").advise("Write it like 127.0.0.1:8080.", "LISTEN")
	}
	told := fmt.Sprintf("Browsers are told %s, the server listens on %s", c.URL, c.Listen)
	switch {
	case u.Scheme == "https":
		return ok(told + ". TLS must end in front of it, at a proxy that passes the Host header on.")
	case port == "0":
		return warn(told+", a port that the system chooses.").advise("Name the port.", "LISTEN")
	case portOf(u) != port:
		return warn(told+": another port.").advise("Give both the same port, unless something in between passes one on to the other.", "URL", "LISTEN")
	case !loopback(host):
		return warn(told+": others on the network can reach it over plain http.").
			advise("For a trial listen on 127.0.0.1; for others to use it, put https in front.", "LISTEN", "URL")
	}
	return ok(told + ", over plain http on this machine alone.")
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// secretKeys looks for keys that were typed and not drawn.
func (x *exam) secretKeys(context.Context) Finding {
	var raw [][]byte
	var weak []string
	for i, k := range x.Config.SecretKeys {
		raw = append(raw, []byte(k.Reveal()))
		if why := weakness(raw[i]); why != "" {
			weak = append(weak, fmt.Sprintf("Key %d %s.", i+1, why))
		}
	}
	const draw = "Make a key with: openssl rand -base64 32. Put it in front of the others, and take a weak one away: " +
		"whoever guesses it can read sessions."
	keys, err := session.NewKeys(raw...)
	if err != nil {
		return failed("The keys cannot be used: "+err.Error()+".").advise(draw, "SECRET_KEYS")
	}
	if len(weak) > 0 {
		return failed("Not every key is random.").with(weak...).advise(draw, "SECRET_KEYS")
	}
	x.keys = keys
	if len(raw) == 1 {
		return ok(fmt.Sprintf("One key of %d bytes.", session.KeySize))
	}
	return ok(fmt.Sprintf("%d keys of %d bytes; the first one seals, all of them open.", len(raw), session.KeySize))
}

// Of 32 random bytes about 30 differ; fewer than 20 do so once in 10^12 keys,
// and all are printable once in 10^13.
const fewDifferent = 20

// weakness says what makes a key look as if a person had thought of it; empty
// when nothing does.
func weakness(key []byte) string {
	seen := map[byte]bool{}
	steps := map[byte]bool{}
	printable := true
	for i, b := range key {
		seen[b] = true
		printable = printable && b >= ' ' && b < 0x7f
		if i > 0 {
			steps[b-key[i-1]] = true
		}
	}
	switch {
	case len(steps) <= 2:
		return "counts or repeats itself"
	case printable:
		return "is text that can be typed, not random bytes"
	case len(seen) < fewDifferent:
		return fmt.Sprintf("has %d different bytes only", len(seen))
	}
	return ""
}

// issuerSettings names the settings that decide the issuer.
func (x *exam) issuerSettings() []string {
	if x.entra() {
		return []string{"TENANT_ID", "CLOUD"}
	}
	return []string{"OIDC_ISSUER"}
}

// graphSettings names the settings that decide where Graph is.
func (x *exam) graphSettings() []string {
	if x.Config.GraphURL == x.Config.Cloud.GraphURL {
		return []string{"CLOUD", "GRAPH_API"}
	}
	return []string{"GRAPH_URL", "GRAPH_API"}
}

// entra reports whether the provider is Microsoft's own.
func (x *exam) entra() bool {
	return x.Config.Issuer == x.Config.Cloud.Issuer(x.Config.TenantID)
}
