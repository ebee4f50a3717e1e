package doctor

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"timeclock/server/config"
)

// pair writes a certificate that ends at the time given, and its key.
func pair(t *testing.T, end time.Time) (cert, key string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.Add(-90 * 24 * time.Hour), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestCertificate: the server proves itself with a certificate, and is told in
// time when that ends.
func TestCertificate(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		left   time.Duration
		answer string
		state  State
		pieces []string
	}{
		{60 * day, "", OK, []string{"The provider accepts them."}},
		{10 * day, "", Warn, []string{"accepts them, and the certificate ends on", "TIMECLOCK_CLIENT_CERT"}},
		{-day, "", Fail, []string{"The certificate ended on", "Make a new certificate"}},
		{60 * day, `{"error":"invalid_client"}`, Fail, []string{"Upload the certificate", "TIMECLOCK_CLIENT_CERT"}},
		{60 * day, `{"error":"invalid_client","error_codes":[700027]}`, Fail, []string{"AADSTS700027", "does not know the certificate"}},
	} {
		s := newStranger(t)
		s.metadata["token_endpoint_auth_methods_supported"] = []string{keyJWT}
		s.answers["/token"] = func(w http.ResponseWriter, r *http.Request) {
			if r.PostFormValue("client_assertion") == "" || r.PostFormValue("client_secret") != "" {
				t.Errorf("the client proves itself with %v", r.PostForm)
			}
			answer := test.answer
			if answer == "" {
				answer = `{"token_type":"Bearer","access_token":"` + appToken + `","expires_in":3600}`
			}
			w.Write([]byte(answer))
		}
		cert, key := pair(t, time.Now().Add(test.left))
		d := Doctor{}
		var err error
		d.Config, err = config.Load([]string{
			"--insecure-http", "--client-id", "timeclock", "--oidc-issuer", s.URL, "--graph-url", s.URL + "/graph",
			"--oidc-scopes", scopesOf(s.URL + "/graph"), "--client-cert", cert, "--client-key", key,
			"--secret-keys", "m0k8Yb2v5sXq1nZr7tUwJcLdHeFgAaPoIiRjTyVx3Wk=",
			"--database-url", "sqlite:" + filepath.Join(t.TempDir(), "timeclock.db"),
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := d.Examine(t.Context())
		want(t, r, checkCredentials, test.state, test.pieces...)
		want(t, r, checkMethods, OK)
		others(t, r, checkCredentials)
		private, err := os.ReadFile(key)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(private)) {
			if strings.Contains(texts(t, r), strings.TrimSpace(line)) {
				t.Errorf("the report shows the key:\n%s", texts(t, r))
			}
		}
	}
}
