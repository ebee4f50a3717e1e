package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"timeclock/server/auth"
)

// certified makes a certificate for a key, and both in PEM.
func certified(t *testing.T, public, private any) (*x509.Certificate, string) {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	return cert, string(append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...))
}

func certificate(t *testing.T) (*x509.Certificate, *auth.Certificate) {
	t.Helper()
	cert, text := certified(t, firstKey().Public(), firstKey())
	c, err := auth.ParseCertificate([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return cert, c
}

// proven checks a client assertion as a provider must (RFC 7523 §3) and as
// Microsoft documents it. The caller holds mu.
func (p *provider) proven(r *http.Request) bool {
	raw := r.PostFormValue("client_assertion")
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.PS256})
	if err != nil {
		p.t.Errorf("client assertion %q: %v", raw, err)
		return false
	}
	var claims jwt.Claims
	if err := token.Claims(p.certificate.PublicKey, &claims); err != nil {
		p.t.Errorf("client assertion: %v", err)
		return false
	}
	sum := sha256.Sum256(p.certificate.Raw)
	head, now, life := token.Headers[0], p.now(), claims.Expiry.Time().Sub(claims.IssuedAt.Time())
	fresh := claims.ID != "" && !p.proofs[claims.ID]
	if p.proofs == nil {
		p.proofs = map[string]bool{}
	}
	p.proofs[claims.ID] = true
	p.issued = append(p.issued, raw)
	switch {
	case r.PostFormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
		p.t.Errorf("client_assertion_type is %q", r.PostFormValue("client_assertion_type"))
	case r.PostForm.Has("client_secret"):
		p.t.Error("there is a secret beside the assertion")
	case head.Algorithm != "PS256" || head.ExtraHeaders["typ"] != "JWT" || head.ExtraHeaders["x5t#S256"] != base64.RawURLEncoding.EncodeToString(sum[:]):
		p.t.Errorf("header of the assertion is %+v", head)
	case claims.Issuer != clientID || claims.Subject != clientID || len(claims.Audience) != 1 || claims.Audience[0] != p.URL+"/token":
		p.t.Errorf("claims of the assertion are %+v", claims)
	case !fresh:
		p.t.Errorf("the assertion was used before, or has no id: %+v", claims)
	case life <= 0 || life > 10*time.Minute || now.Before(claims.NotBefore.Time().Add(-time.Second)) || now.After(claims.Expiry.Time()):
		p.t.Errorf("the assertion is good from %v to %v, now is %v", claims.NotBefore, claims.Expiry, now)
	default:
		return true
	}
	return false
}

// TestACertificateServesEverywhere: for the code, for renewing, and for the
// server's own token.
func TestACertificateServesEverywhere(t *testing.T) {
	cert, c := certificate(t)
	r := newRigWith(t, c)
	r.provider.certificate = cert
	b := r.browser()
	b.signIn()
	b.wantWho(whoAnna)
	r.pass(2 * time.Hour)
	if _, err := r.sessions.PersonToken(t.Context(), personAnna); err != nil {
		t.Errorf("renew tokens: %v", err)
	}
	if _, err := auth.NewApplication(r.relying, "graph/.default").Token(t.Context()); err != nil {
		t.Errorf("the server's own token: %v", err)
	}
	if n := len(r.provider.proofs); n != 3 {
		t.Errorf("%d assertions were made, want 3", n)
	}
}

func TestPairsThatProveNothing(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	_, good := certified(t, firstKey().Public(), firstKey())
	_, otherKind := certified(t, curve.Public(), curve)
	_, short := certified(t, weak.Public(), weak)
	key, certOnly, _ := strings.Cut(good, "-----BEGIN CERTIFICATE")
	_, otherCert, _ := strings.Cut(otherKind, "-----BEGIN CERTIFICATE")
	for name, text := range map[string]string{
		"nothing": "", "no PEM": "hello", "no key": "-----BEGIN CERTIFICATE" + certOnly, "no certificate": key,
		"an elliptic key": otherKind, "a short key": short, "another's key": key + "-----BEGIN CERTIFICATE" + otherCert,
	} {
		if _, err := auth.ParseCertificate([]byte(text)); err == nil || strings.Contains(err.Error(), "BEGIN") {
			t.Errorf("%s: ParseCertificate = %v, want an error that shows nothing", name, err)
		}
	}
	if c, err := auth.ParseCertificate([]byte(good)); err != nil || time.Until(c.Expires()) > 24*time.Hour {
		t.Errorf("ParseCertificate = %v, %v", c, err)
	}
}
