package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// metadata is what the provider says of itself (OpenID Connect Discovery 1.0
// section 3, RFC 8414 section 2).
type metadata struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Keys          string   `json:"jwks_uri"`
	EndSession    string   `json:"end_session_endpoint"`
	ResponseTypes []string `json:"response_types_supported"`
	ResponseModes []string `json:"response_modes_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	TokenAuth     []string `json:"token_endpoint_auth_methods_supported"`
}

const discoveryPath = "/.well-known/openid-configuration"

// discovery reads the metadata and compares the issuer.
func (x *exam) discovery(ctx context.Context) Finding {
	where := strings.TrimSuffix(x.Config.Issuer, "/") + discoveryPath
	settings := x.issuerSettings()
	a, err := x.get(ctx, where, "the provider")
	if err != nil {
		return silent(where, err, settings...)
	}
	if a.status != http.StatusOK {
		return failed(fmt.Sprintf("%s answers %d: there is no such issuer, or it fails.", where, a.status)).
			advise("Compare the directory's id, or the issuer, letter by letter; with a status from 500 on, try again later.", settings...)
	}
	if err := json.Unmarshal(a.body, &x.provider); err != nil {
		return failed(where+" answers something else than an OpenID Connect configuration.").
			advise("Open the address in a browser and see what answers there.", settings...)
	}
	if x.provider.Issuer != x.Config.Issuer {
		return failed(fmt.Sprintf("The issuer is configured as %q and calls itself %q.", x.Config.Issuer, brief(x.provider.Issuer))).
			advise("Spell it as the provider does, a slash at the end included.", settings...)
	}
	if bad := x.endpoints(); len(bad) > 0 {
		return failed("The provider's addresses cannot all be used.").with(bad...).
			advise("This is the provider's to mend; compare the issuer.", settings...)
	}
	return ok(x.Config.Issuer + " answers, and its addresses can be used.")
}

// endpoints lists what is wrong with the addresses that the server needs.
func (x *exam) endpoints() []string {
	var bad []string
	for _, e := range []struct{ name, address string }{
		{"authorization_endpoint", x.provider.Authorization},
		{"token_endpoint", x.provider.Token},
		{"jwks_uri", x.provider.Keys},
	} {
		u, err := url.Parse(e.address)
		switch {
		case e.address == "":
			bad = append(bad, e.name+" is missing.")
		case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
			bad = append(bad, e.name+" is not an address.")
		case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
			bad = append(bad, fmt.Sprintf("%s is %s, must be https.", e.name, brief(e.address)))
		}
	}
	return bad
}

// methods compares what the server will ask for with what the provider says it
// can do. Where it says nothing, the standards' defaults hold; of PKCE nothing
// said is nothing known (Entra ID does not say, and can).
func (x *exam) methods(context.Context) Finding {
	p := x.provider
	var bad, odd []string
	if len(p.ResponseTypes) > 0 && !slices.Contains(p.ResponseTypes, "code") {
		bad = append(bad, "It does not offer the authorization code grant (response_types_supported).")
	}
	if len(p.ResponseModes) > 0 && !slices.Contains(p.ResponseModes, "query") {
		bad = append(bad, "It does not answer in the query (response_modes_supported).")
	}
	if len(p.Challenges) > 0 && !slices.Contains(p.Challenges, "S256") {
		bad = append(bad, "It does not offer PKCE with S256 (code_challenge_methods_supported).")
	}
	if method := x.tokenAuth(); !offers(p.TokenAuth, method) {
		bad = append(bad, fmt.Sprintf("It does not take %s (token_endpoint_auth_methods_supported).", method))
	}
	if p.EndSession == "" {
		odd = append(odd, "It names no end_session_endpoint: people sign out here, and stay signed in there.")
	}
	switch {
	case len(bad) > 0:
		return failed("The provider does not offer all that sign-in uses.").with(append(bad, odd...)...).
			advise("Allow it for this client at the provider, or use another provider.", x.issuerSettings()...)
	case len(odd) > 0:
		return warn("Sign-in will work, with a restriction.").with(odd...).
			advise("On shared computers, tell people to sign out at the provider too.")
	case len(p.Challenges) == 0:
		return ok("Code grant, answer in the query. Of PKCE the provider says nothing; Entra ID does not either, and has it.")
	}
	return ok("Code grant, PKCE with S256, answer in the query, sign-out.")
}

// offers reads token_endpoint_auth_methods_supported, which means
// client_secret_basic when it is missing; what takes the one takes the other
// nearly everywhere.
func offers(methods []string, method string) bool {
	return len(methods) == 0 && method == secretPost || slices.Contains(methods, method)
}

// How a client proves itself at the token endpoint (OpenID Connect Core
// section 9).
const (
	secretPost = "client_secret_post"
	keyJWT     = "private_key_jwt"
)

// tokenAuth is how this server does.
func (x *exam) tokenAuth() string {
	if x.Config.ClientPair.IsSet() {
		return keyJWT
	}
	return secretPost
}

// signingKeys reads the keys that ID tokens are verified with.
func (x *exam) signingKeys(ctx context.Context) Finding {
	a, err := x.get(ctx, x.provider.Keys, "the provider")
	if err != nil {
		return silent(x.provider.Keys, err, x.issuerSettings()...)
	}
	var set jose.JSONWebKeySet
	if a.status != http.StatusOK || json.Unmarshal(a.body, &set) != nil {
		return failed(fmt.Sprintf("%s answers %d and no set of keys: nobody's sign-in could be verified.", x.provider.Keys, a.status)).
			advise("Try again later; if it stays so, this is the provider's to mend.", x.issuerSettings()...)
	}
	good := 0
	for _, k := range set.Keys {
		if k.Valid() && k.IsPublic() && (k.Use == "" || k.Use == "sig") {
			good++
		}
	}
	if good == 0 {
		return failed("The provider's set of keys holds none that signs: nobody's sign-in could be verified.").
			advise("This is the provider's to mend.", x.issuerSettings()...)
	}
	return ok(fmt.Sprintf("%d to verify sign-ins with.", good))
}

func (x *exam) get(ctx context.Context, address, who string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Accept", "application/json")
	return x.fetch(r, who)
}
