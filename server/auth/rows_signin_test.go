package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/server/sandbox/idp"
)

var (
	untrusted = page(words.SignInUntrusted)
	malformed = page(words.SignInMalformed)
	expired   = page(words.SignInExpired)
	config    = page(words.SignInConfig)
)

// signedBy has the provider's tokens signed by another algorithm, with its own
// key where that fits.
func signedBy(alg jose.SignatureAlgorithm) idp.Lies {
	return idp.Lies{Sign: func(claims []byte) string {
		var key any = firstKey()
		var err error
		switch alg {
		case jose.HS256: // with what a confused verifier would take for the secret
			key = []byte(strings.Repeat(clientSecret, 2))
		case jose.ES256:
			key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		}
		if err != nil {
			panic(err)
		}
		token, err := idp.Sign(alg, key, map[string]any{"typ": "JWT"}, claims)
		if err != nil {
			panic(err)
		}
		return token
	}}
}

// forged has the signature changed in one bit.
func forged() idp.Lies {
	return idp.Lies{Sign: func(claims []byte) string {
		token, err := idp.Sign(jose.RS256, firstKey(), map[string]any{"typ": "JWT"}, claims)
		if err != nil {
			panic(err)
		}
		head, sig, _ := strings.Cut(token[strings.IndexByte(token, '.')+1:], ".")
		b, err := base64.RawURLEncoding.DecodeString(sig)
		if err != nil {
			panic(err)
		}
		b[0] ^= 1
		return token[:strings.IndexByte(token, '.')+1] + head + "." + base64.RawURLEncoding.EncodeToString(b)
	}}
}

var null = idp.Lies{Sign: unsigned}

// twoKeys publishes a key more, before the right one.
func twoKeys(l idp.Lies) idp.Lies {
	l.Keys = func(set jose.JSONWebKeySet) any {
		other, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		set.Keys = append([]jose.JSONWebKey{{Key: other.Public(), KeyID: "other", Algorithm: "RS256", Use: "sig"}}, set.Keys...)
		return set
	}
	return l
}

// basicOnly takes the client's secret in the header alone.
func basicOnly() idp.Lies {
	var l idp.Lies
	l.Serve = func(w http.ResponseWriter, r *http.Request) bool {
		_, _, basic := r.BasicAuth()
		if !strings.HasSuffix(r.URL.Path, "/token") || basic && r.ParseForm() == nil && !r.PostForm.Has("client_secret") {
			return false
		}
		writeJSON(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return true
	}
	l.Metadata = func(m map[string]any) { m["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic"} }
	return l
}

// from has the provider lie before the sign-in begins.
func from(l idp.Lies) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		s.Lie(l)
		return signsIn(l)(s)
	}
}

// refusedAtOnce plays a sign-in that does not get to the provider.
func refusedAtOnce(l idp.Lies) func(*stage) (verdict, sight) {
	return func(s *stage) (verdict, sight) {
		s.Lie(l)
		g := s.guest()
		return g.seen(g.send(http.MethodGet, wire.PathLogin+"?return=/history", nil))
	}
}

func basicRows() []row {
	return []row{
		{"oidcc-client-test", accepted, clockAgain, signsIn(idp.Lies{})},
		{"oidcc-client-test-invalid-iss", rejected, untrusted, signsIn(claim("iss", "https://evil.example"))},
		{"oidcc-client-test-missing-sub", rejected, untrusted, signsIn(claim("sub", nil))},
		{"oidcc-client-test-invalid-aud", rejected, untrusted, signsIn(claim("aud", "somebody"))},
		{"oidcc-client-test-missing-iat", rejected, untrusted, signsIn(claim("iat", nil))},
		{"oidcc-client-test-kid-absent-single-jwks", accepted, clockAgain, signsIn(idp.Lies{Header: map[string]any{"kid": nil}})},
		{"oidcc-client-test-kid-absent-multiple-jwks", accepted, clockAgain, from(twoKeys(idp.Lies{Header: map[string]any{"kid": nil}}))},
		{"oidcc-client-test-idtoken-sig-rs256", accepted, clockAgain, signsIn(signedBy(jose.RS256))},
		{"oidcc-client-test-idtoken-sig-none", rejected, untrusted, signsIn(null)},
		{"oidcc-client-test-invalid-sig-rs256", rejected, untrusted, signsIn(forged())},
		// Userinfo is never asked: the ID token is enough.
		{"oidcc-client-test-userinfo-invalid-sub", accepted, clockAgain,
			unasked("/userinfo", signsIn(idp.Lies{Userinfo: changed([]any{"sub", "somebody"})}))},
		{"oidcc-client-test-nonce-invalid", rejected, untrusted, signsIn(claim("nonce", "another"))},
		{"oidcc-client-test-scope-userinfo-claims", accepted, clockAgain,
			unasked("/userinfo", signsIn(claim("name", nil, "preferred_username", nil)))},
		{"oidcc-client-test-client-secret-basic", accepted, clockAgain, from(basicOnly())},
	}
}

func comprehensiveRows() []row {
	const noSuchHash = "AAAAAAAAAAAAAAAAAAAAAA"
	aliases := idp.Lies{Metadata: func(m map[string]any) {
		m["mtls_endpoint_aliases"] = map[string]any{"token_endpoint": "https://evil.example/token"}
	}}
	names := map[string]any{"name": "src1"}
	return []row{
		{"missing-aud", rejected, untrusted, signsIn(claim("aud", nil))},
		{"invalid-sig-hs256", rejected, untrusted, signsIn(signedBy(jose.HS256))},
		{"invalid-sig-es256", rejected, untrusted, signsIn(signedBy(jose.ES256))},
		{"invalid-athash", rejected, untrusted, signsIn(claim("at_hash", noSuchHash))},
		{"missing-athash", accepted, clockAgain, signsIn(claim("at_hash", nil))},      // optional in the code flow
		{"invalid-chash", accepted, clockAgain, signsIn(claim("c_hash", noSuchHash))}, // of the hybrid flow alone
		{"missing-chash", accepted, clockAgain, signsIn(claim("c_hash", nil))},
		{"nonce-unless-code-flow", rejected, untrusted, signsIn(claim("nonce", nil))}, // one was sent
		{"form-post-error", rejected, malformed, func(s *stage) (verdict, sight) {
			g := s.guest()
			q := g.pick(g.leave("?return=/history"), annaLogin)
			return g.seen(g.send(http.MethodPost, wire.PathCallback, url.Values{"state": q["state"], "error": {"access_denied"}}))
		}},
		{"userinfo-bearer-header", accepted, clockAgain, unasked("/userinfo", signsIn(idp.Lies{}))},
		{"userinfo-bearer-body", accepted, clockAgain, unasked("/userinfo", signsIn(idp.Lies{}))},
		{"aggregated-claims", accepted, clockAgain,
			signsIn(claim("_claim_names", names, "_claim_sources", map[string]any{"src1": map[string]any{"JWT": "a.b.c"}}))},
		{"distributed-claims", accepted, clockAgain, unasked("/claims", signsIn(
			claim("_claim_names", names, "_claim_sources", map[string]any{"src1": map[string]any{"endpoint": "https://evil.example/claims"}})))},
		{"mtls-endpoint-aliases", accepted, clockAgain, from(aliases)},
	}
}

func configRows() []row {
	rotated := func(before func(*stage)) func(*stage) (verdict, sight) {
		return func(s *stage) (verdict, sight) {
			s.guest().signIn(benLogin) // so that the keys are known
			g := s.guest()
			q := g.pick(g.leave("?return=/history"), annaLogin)
			before(s)
			return g.seen(g.comeBack(q))
		}
	}
	rotate := func(s *stage) {
		if err := s.Rotate(); err != nil {
			s.t.Error(err)
		}
	}
	metadata := func(name string, value any) idp.Lies {
		return idp.Lies{Metadata: func(m map[string]any) { m[name] = value }}
	}
	return []row{
		{"discovery-openid-config", accepted, clockAgain, signsIn(idp.Lies{})},
		{"discovery-jwks-uri-keys", accepted, clockAgain, from(twoKeys(idp.Lies{}))},
		{"discovery-issuer-mismatch", rejected, config, refusedAtOnce(metadata("issuer", "https://evil.example"))},
		{"signing-key-rotation", accepted, clockAgain, rotated(func(s *stage) { rotate(s); s.guest().signIn(benLogin) })},
		{"signing-key-rotation-just-before-signing", accepted, clockAgain, rotated(rotate)},
		{"idtoken-sig-none", rejected, untrusted, from(idp.Lies{Sign: unsigned,
			Metadata: func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"none", "RS256"} }})},
		{"signs-in-no-way-we-accept", rejected, config, refusedAtOnce(metadata("id_token_signing_alg_values_supported", []string{"HS256", "none"}))},
		{"token-endpoint-elsewhere-over-http", rejected, config, refusedAtOnce(metadata("token_endpoint", "http://evil.example/token"))},
		{"provider-down", rejected, providerDown, refusedAtOnce(serves("openid-configuration",
			func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) }))},
	}
}

func thirdPartyRows() []row {
	begins := func(query func(*stage) url.Values) func(*stage) (verdict, sight) {
		return func(s *stage) (verdict, sight) {
			g := s.guest()
			g.header = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}
			at := g.send(http.MethodGet, wire.PathLogin+"?"+query(s).Encode(), nil)
			g.header = http.Header{}
			if at.StatusCode != http.StatusSeeOther {
				return g.seen(at)
			}
			to, err := at.Location()
			if err != nil || to.Query().Get("login_hint") != query(s).Get("login_hint") {
				s.t.Errorf("sent to %v, %v; want the hint passed on", to, err)
			}
			return g.seen(g.comeBack(g.pick(to.String(), annaLogin)))
		}
	}
	return []row{
		{"oidcc-client-test-3rd-party-init-login", accepted, clockAgain, begins(func(s *stage) url.Values {
			return url.Values{"iss": {s.Issuer()}, "login_hint": {annaLogin}, "target_link_uri": {s.server.URL + "/history"}}
		})},
		{"another-issuer", rejected, malformed, begins(func(*stage) url.Values { return url.Values{"iss": {"https://evil.example"}} })},
		{"target-elsewhere", accepted, clockHome, begins(func(s *stage) url.Values {
			return url.Values{"iss": {s.Issuer()}, "target_link_uri": {"https://evil.example/history"}}
		})},
		{"target-that-looks-like-ours", accepted, clockHome, begins(func(s *stage) url.Values {
			return url.Values{"iss": {s.Issuer()}, "target_link_uri": {s.server.URL + "@evil.example/history"}}
		})},
	}
}

func fapiRows() []row {
	at := func(d time.Duration) func(map[string]any) {
		return func(m map[string]any) { m["iat"] = time.Now().Add(d).Unix() }
	}
	return []row{
		{"authorization-response-invalid-state", rejected, expired, edited(func(q url.Values) { q.Set("state", "x"+q.Get("state")) })},
		{"authorization-response-missing-state", rejected, malformed, edited(func(q url.Values) { q.Del("state") })},
		{"authorization-response-invalid-iss", rejected, untrusted, edited(func(q url.Values) { q.Set("iss", "https://evil.example") })},
		{"authorization-response-removed-iss", rejected, untrusted, edited(func(q url.Values) { q.Del("iss") })},
		{"missing-exp", rejected, untrusted, signsIn(claim("exp", nil))},
		{"missing-nonce", rejected, untrusted, signsIn(claim("nonce", nil))},
		{"invalid-null-alg", rejected, untrusted, signsIn(null)},
		{"invalid-alternate-alg", rejected, untrusted, signsIn(signedBy(jose.PS256))}, // it says RS256 alone
		{"invalid-secondary-aud", rejected, untrusted, signsIn(claim("aud", []string{clientID, "somebody"}))},
		{"valid-aud-as-array", accepted, clockAgain, signsIn(claim("aud", []string{clientID}))},
		{"token-type-case-insensitivity", accepted, clockAgain, signsIn(grants("token_type", "bearer"))},
		{"token-response-without-expires-in", accepted, clockAgain, signsIn(grants("expires_in", nil))},
		{"expired-exp", rejected, untrusted, signsIn(idp.Lies{Expired: true})},
		{"iat-is-week-in-past", rejected, untrusted, signsIn(idp.Lies{Claims: at(-7 * 24 * time.Hour)})},
		{"no-scope-in-token-response", accepted, clockAgain, signsIn(grants("scope", nil))},
		{"secondary-aud-with-azp", accepted, clockAgain, signsIn(claim("aud", []string{clientID, "somebody"}, "azp", clientID))},
		{"azp-of-another", rejected, untrusted, signsIn(claim("azp", "somebody"))},
		{"iat-in-an-hour", rejected, untrusted, signsIn(idp.Lies{Claims: at(time.Hour)})},
		{"access-token-for-an-id-token", rejected, untrusted, signsIn(idp.Lies{Header: map[string]any{"typ": "at+jwt"}})},
		{"logout-token-for-an-id-token", rejected, untrusted, signsIn(idp.Lies{Header: map[string]any{"typ": "logout+jwt"}})},
		{"another-tenant", rejected, untrusted, signsIn(claim("tid", "99999999-2222-3333-4444-555555555555"))},
	}
}
