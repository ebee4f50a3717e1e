package config

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pairFiles writes a certificate for a key, and the key, and names the files.
func pairFiles(t *testing.T, key crypto.Signer) (cert, private string) {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return pemFile(t, dir, "CERTIFICATE", der), pemFile(t, dir, "PRIVATE KEY", raw)
}

func pemFile(t *testing.T, dir, kind string, der []byte) string {
	t.Helper()
	name := filepath.Join(dir, strings.ReplaceAll(kind, " ", "-")+".pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestACertificateInsteadOfASecret(t *testing.T) {
	cert, key := pairFiles(t, rsaKey(t, 2048))
	c, err := Load([]string{"--client-cert", cert}, complete("TIMECLOCK_CLIENT_SECRET=", "TIMECLOCK_CLIENT_KEY="+key))
	if err != nil {
		t.Fatal(err)
	}
	pair := c.ClientPair.Reveal()
	if !strings.Contains(pair, "BEGIN CERTIFICATE") || !strings.Contains(pair, "BEGIN PRIVATE KEY") || c.ClientSecret.IsSet() {
		t.Error("the pair was not read as it stands in its files")
	}
	raw, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Split(string(raw), "\n")[1]
	for where, text := range printings(t, c) {
		if strings.Contains(text, line) {
			t.Errorf("%s shows the private key", where)
		}
	}
}

func TestPairsThatDoNotServe(t *testing.T) {
	cert, key := pairFiles(t, rsaKey(t, 2048))
	_, other := pairFiles(t, rsaKey(t, 2048))
	weakCert, weak := pairFiles(t, rsaKey(t, 1024))
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	curveCert, curveKey := pairFiles(t, curve)
	nothing := filepath.Join(t.TempDir(), "nothing")
	for _, tt := range []struct{ name, secret, cert, key, want string }{
		{"neither", "", "", "", "TIMECLOCK_CLIENT_SECRET: it is missing…TIMECLOCK_CLIENT_CERT"},
		{"both", hush, cert, key, "TIMECLOCK_CLIENT_SECRET: it is given beside a certificate; leave out"},
		{"secret and half a pair", hush, "", key, "TIMECLOCK_CLIENT_SECRET: it is given beside a certificate"},
		{"no key", "", cert, "", "TIMECLOCK_CLIENT_KEY: it is missing…belongs to TIMECLOCK_CLIENT_CERT"},
		{"no certificate", "", "", key, "TIMECLOCK_CLIENT_CERT: it is missing…TIMECLOCK_CLIENT_KEY belongs to"},
		{"no such certificate", "", nothing, key, "TIMECLOCK_CLIENT_CERT: open…name a file"},
		{"no such key", "", cert, nothing, "TIMECLOCK_CLIENT_KEY: open…name a file"},
		{"another's key", "", cert, other, "TIMECLOCK_CLIENT_KEY: it is not the key of TIMECLOCK_CLIENT_CERT…PEM"},
		{"the wrong way round", "", key, cert, "TIMECLOCK_CLIENT_KEY: it is not the key of TIMECLOCK_CLIENT_CERT…PEM"},
		{"a weak key", "", weakCert, weak, "TIMECLOCK_CLIENT_KEY: it is not an RSA key of 2048 bits"},
		{"no RSA key", "", curveCert, curveKey, "TIMECLOCK_CLIENT_KEY: it is not an RSA key"},
	} {
		_, err := Load(nil, complete("TIMECLOCK_CLIENT_SECRET="+tt.secret, "TIMECLOCK_CLIENT_CERT="+tt.cert, "TIMECLOCK_CLIENT_KEY="+tt.key))
		if err == nil || !containsInOrder(err.Error(), strings.Split(tt.want, "…")) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one problem like %s", tt.name, err, tt.want)
		}
		if err != nil && (strings.Contains(err.Error(), hush) || strings.Contains(err.Error(), "BEGIN")) {
			t.Errorf("%s: the problem shows a secret: %v", tt.name, err)
		}
	}
}

func TestApplicationAccess(t *testing.T) {
	c, err := Load([]string{"--graph-access", "application"}, complete())
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Scopes, " "); got != "openid profile" || c.GraphScope() != "https://graph.microsoft.com/.default" || c.ActsAs != ActsAsHeader {
		t.Errorf("scopes %q, the server's own %q, acts-as %q", got, c.GraphScope(), c.ActsAs)
	}
	if w := c.Warnings(); len(w) != 0 {
		t.Errorf("Warnings() = %q, want none: nobody's token is renewed", w)
	}
	if c, err = Load([]string{"--cloud=usgov-l4", "--graph-access=application"}, complete()); err != nil || c.GraphScope() != "https://graph.microsoft.us/.default" {
		t.Errorf("in another cloud the server asks for %q, %v", c.GraphScope(), err)
	}
	if c, err = Load([]string{"--acts-as", "none"}, complete()); err != nil || len(c.Warnings()) != 1 {
		t.Errorf("ACTS_AS with delegated access: %v and Warnings() = %q, want one", err, c.Warnings())
	}
}
