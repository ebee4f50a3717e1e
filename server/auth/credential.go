package auth

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"
)

// assertionLife is how long a proof is good; it is used at once.
const assertionLife = 5 * time.Minute

// assertionType is how a form says that its proof is a JWT (RFC 7523 §2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// minKey is the shortest RSA key that is taken, in bits (RFC 7518 §3.5).
const minKey = 2048

// Certificate is what this server proves itself to the provider with instead of
// a secret: by a JWT that its private key has signed (private_key_jwt, OpenID
// Connect Core §9; for Microsoft the page "Certificate credentials").
type Certificate struct {
	signer  jose.Signer
	expires time.Time
}

// ParseCertificate reads a certificate and its private key, both in PEM, in any
// order. The key must be RSA and belong to the certificate. Errors show nothing
// of what was read.
func ParseCertificate(pem []byte) (*Certificate, error) {
	pair, err := tls.X509KeyPair(pem, pem)
	if err != nil {
		return nil, fmt.Errorf("read certificate and key: %w", err)
	}
	key, ok := pair.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("the key is not an RSA key, which PS256 needs")
	}
	if key.N.BitLen() < minKey {
		return nil, fmt.Errorf("the key has %d bits; %d are needed", key.N.BitLen(), minKey)
	}
	sum := sha256.Sum256(pair.Certificate[0])
	options := (&jose.SignerOptions{}).WithType("JWT").
		WithHeader("x5t#S256", base64.RawURLEncoding.EncodeToString(sum[:]))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.PS256, Key: key}, options)
	if err != nil {
		return nil, fmt.Errorf("sign with the key: %w", err)
	}
	return &Certificate{signer, pair.Leaf.NotAfter}, nil
}

// Expires is when the certificate runs out.
func (c *Certificate) Expires() time.Time { return c.expires }

// assertion is the proof that the client is at the token endpoint now (RFC 7523
// §3). Every proof is another one.
func (c *Certificate) assertion(client, endpoint string, now time.Time) (string, error) {
	return jwt.Signed(c.signer).Claims(jwt.Claims{
		Issuer: client, Subject: client, Audience: jwt.Audience{endpoint}, ID: uuid.NewString(),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now),
		Expiry: jwt.NewNumericDate(now.Add(assertionLife)),
	}).Serialize()
}

// identify puts the client's id and its credential into a form for the token
// endpoint; or gives the secret, when it must go into the header because the
// provider knows no other way (client_secret_basic, OpenID Connect Core §9).
func (p *Provider) identify(form url.Values, m *metadata) (basic string, err error) {
	switch {
	case p.config.Certificate != nil:
		proof, err := p.config.Certificate.assertion(p.config.ClientID, m.Token, p.config.Now())
		if err != nil {
			return "", fmt.Errorf("prove the client: %w", err)
		}
		form.Set("client_assertion_type", assertionType)
		form.Set("client_assertion", proof)
	case p.config.ClientSecret != "" && m.basicOnly():
		return p.config.ClientSecret, nil
	case p.config.ClientSecret != "":
		form.Set("client_secret", p.config.ClientSecret)
	}
	form.Set("client_id", p.config.ClientID)
	return "", nil
}

// basicOnly reports whether the provider says that it takes a secret in the
// header alone. One that does not say is asked with the secret in the body,
// which all that are known to leave it out accept.
func (m *metadata) basicOnly() bool {
	return slices.Contains(m.Proofs, "client_secret_basic") && !slices.Contains(m.Proofs, "client_secret_post")
}
