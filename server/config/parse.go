package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// keySize is the length of a secret key in bytes.
const keySize = 32

func parseListen(v string) (string, error) {
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", fmt.Errorf("%q is not an address to listen on; write it like 127.0.0.1:8080 or :8080", v)
	}
	return v, nil
}

// parseOrigin gives v as a browser spells an origin (RFC 6454 section 6.2).
func parseOrigin(v string) (string, error) {
	u, err := parseURL(v)
	if err != nil {
		return "", fmt.Errorf("%w; write it like https://clock.example.org", err)
	}
	if u.Path != "" && u.Path != "/" {
		return "", fmt.Errorf("%q has a path; this program serves a whole origin, write it like %s://%s", v, u.Scheme, u.Host)
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.ContainsFunc(host, func(r rune) bool { return r > 0x7e }) {
		return "", fmt.Errorf("%q is not written as browsers write it; give the name in punycode (xn--…)", v)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && port != map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		host += ":" + port
	}
	return u.Scheme + "://" + host, nil
}

// parseURL takes an absolute address of http or https that names nothing but
// scheme, host and path. Its errors do not repeat a password.
func parseURL(v string) (*url.URL, error) {
	u, err := url.Parse(v)
	switch {
	case err != nil:
		return nil, errors.New("it cannot be read as an address")
	case u.User != nil:
		return nil, errors.New("it carries a user name, which does not belong here")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, fmt.Errorf("%q does not begin with https:// and a host", v)
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(v, "#"):
		return nil, fmt.Errorf("%q has a query or fragment, which does not belong here", v)
	}
	if port := u.Port(); port != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return nil, fmt.Errorf("%q has no such port", v)
		}
	}
	return u, nil
}

// parseSecureURL is parseURL for an address that secrets are sent to.
func parseSecureURL(v string) (*url.URL, error) {
	u, err := parseURL(v)
	if err != nil {
		return nil, err
	}
	if u.Scheme == "http" && !isLoopback(v) {
		return nil, fmt.Errorf("%q is plain http and would show secrets to anyone on the way; use https", v)
	}
	return u, nil
}

// parseIssuer keeps v as it is: an issuer is compared letter by letter (OpenID
// Connect Discovery 1.0 section 4.3).
func parseIssuer(v string) (string, error) {
	if _, err := parseSecureURL(v); err != nil {
		return "", fmt.Errorf("%w; give the provider's issuer, such as https://id.example.org/tenant", err)
	}
	if strings.HasSuffix(v, "/.well-known/openid-configuration") {
		return "", fmt.Errorf("%q is the discovery document; leave /.well-known/openid-configuration out", v)
	}
	return v, nil
}

func parseGraphURL(v string) (string, error) {
	u, err := parseSecureURL(v)
	if err != nil {
		return "", fmt.Errorf("%w; give Graph's root, such as https://graph.microsoft.com", err)
	}
	root := strings.TrimRight(v, "/")
	if path := strings.TrimRight(u.Path, "/"); strings.HasSuffix(path, "/v1.0") || strings.HasSuffix(path, "/beta") {
		return "", fmt.Errorf("%q ends with a version; leave it out, %sGRAPH_API names it", v, Prefix)
	}
	return root, nil
}

func parseScopes(v string) ([]string, error) {
	scopes := strings.Fields(v)
	if !slices.Contains(scopes, "openid") {
		return nil, fmt.Errorf("%q lacks openid, without which nobody can be known; add it", v)
	}
	return scopes, nil
}

// parseKeys reads keys that are separated by commas. Its errors tell keys by
// their place and never repeat them.
func parseKeys(v string) ([]Secret, error) {
	var keys []Secret
	seen := map[string]int{}
	for i, text := range strings.Split(v, ",") {
		key, ok := parseKey(strings.TrimSpace(text))
		if !ok {
			return nil, fmt.Errorf("key %d is not 32 bytes in base64 or hex; make one with: openssl rand -base64 32", i+1)
		}
		if strings.Count(key, key[:1]) == keySize {
			return nil, fmt.Errorf("key %d is one byte repeated, which anyone can guess; "+
				"make one with: openssl rand -base64 32", i+1)
		}
		if first, twice := seen[key]; twice {
			return nil, fmt.Errorf("key %d is key %d again; take one of them away", i+1, first)
		}
		seen[key] = i + 1
		keys = append(keys, NewSecret(key))
	}
	return keys, nil
}

func parseKey(text string) (string, bool) {
	if key, err := hex.DecodeString(text); err == nil {
		return string(key), len(key) == keySize
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	key, err := encoding.DecodeString(strings.TrimRight(text, "="))
	return string(key), err == nil && len(key) == keySize
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func isGUID(v string) bool { return guid.MatchString(v) }

// isLoopback reports whether address v leads back to this machine whatever a
// name server says (RFC 6761 section 6.3 for localhost).
func isLoopback(v string) bool {
	u, err := url.Parse(v)
	if err != nil {
		return false
	}
	if strings.EqualFold(u.Hostname(), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
}

// short is d without the units that are zero: 168h, not 168h0m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// oneOf joins words as a choice: a, b or c.
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// alike counts the letters that a and b begin with alike.
func alike(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// editDistance counts the letters to add, drop or change to make a into b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
