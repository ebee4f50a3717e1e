package session

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/securecookie"
)

// KeySize is the length of a secret key in bytes.
const KeySize = 32

// Keys is a ring of secret keys. The newest writes, all of them open, so that a
// key can be replaced while sessions go on: add the new one in front, and drop
// the old one when the absolute lifetime of a session has passed. What a key
// does is done by keys derived from it (HKDF, RFC 5869), one for each purpose.
type Keys struct {
	secrets [][]byte // newest first
}

// NewKeys makes a ring of the given secrets, newest first. Each must have
// KeySize bytes and look random; none may be there twice.
func NewKeys(secrets ...[]byte) (*Keys, error) {
	if len(secrets) == 0 {
		return nil, errors.New("secret keys: at least one is needed")
	}
	k := &Keys{}
	for i, s := range secrets {
		if len(s) != KeySize {
			return nil, fmt.Errorf("secret key %d has %d bytes, must have %d", i+1, len(s), KeySize)
		}
		if bytes.Count(s, s[:1]) == len(s) {
			return nil, fmt.Errorf("secret key %d is one byte repeated, must be random", i+1)
		}
		for j, other := range k.secrets {
			if bytes.Equal(s, other) {
				return nil, fmt.Errorf("secret key %d is the same as key %d", i+1, j+1)
			}
		}
		k.secrets = append(k.secrets, bytes.Clone(s))
	}
	return k, nil
}

// derive gives the key of the given length for a purpose.
func derive(secret []byte, purpose string, length int) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "timeclock "+purpose, length)
	if err != nil {
		panic("session: derive key: " + err.Error()) // length beyond what HKDF allows
	}
	return key
}

// Codecs gives cookie codecs that sign and encrypt with the newest key and open
// with all. The values are []byte. A value older than maxAge does not open.
func (k *Keys) Codecs(maxAge time.Duration) []securecookie.Codec {
	var codecs []securecookie.Codec
	for _, s := range k.secrets {
		c := securecookie.New(derive(s, "cookie hash", 32), derive(s, "cookie block", 32))
		c.SetSerializer(securecookie.NopEncoder{})
		c.MaxAge(int(maxAge / time.Second))
		codecs = append(codecs, c)
	}
	return codecs
}

// Vault seals secrets for storage. It may be used by several goroutines.
type Vault struct {
	keys []vaultKey // newest first
}

type vaultKey struct {
	id   []byte
	aead cipher.AEAD
}

// A sealed text is: format (1 byte), key id (8), nonce (12), ciphertext, tag
// (16). Format and key id are authenticated with the rest.
const (
	vaultFormat = 1
	keyIDSize   = 8
	headerSize  = 1 + keyIDSize
)

var errUnsealable = errors.New("sealed by another key, for another owner, or damaged")

// Vault gives the vault for a purpose. What one purpose sealed no other opens.
func (k *Keys) Vault(purpose string) *Vault {
	v := &Vault{}
	for _, s := range k.secrets {
		block, err := aes.NewCipher(derive(s, "vault "+purpose, 32))
		if err != nil {
			panic("session: vault cipher: " + err.Error()) // the key length is fixed
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic("session: vault mode: " + err.Error())
		}
		v.keys = append(v.keys, vaultKey{derive(s, "vault id "+purpose, keyIDSize), aead})
	}
	return v
}

// Seal encrypts plain so that it opens for the same owner only.
func (v *Vault) Seal(owner string, plain []byte) []byte {
	key := v.keys[0]
	header := append([]byte{vaultFormat}, key.id...)
	return key.aead.Seal(header, nil, plain, append(bytes.Clone(header), owner...))
}

// Open gives back what was sealed for owner.
func (v *Vault) Open(owner string, sealed []byte) ([]byte, error) {
	if len(sealed) < headerSize || sealed[0] != vaultFormat {
		return nil, errUnsealable
	}
	header, body := sealed[:headerSize], sealed[headerSize:]
	for _, key := range v.keys {
		if !bytes.Equal(header[1:], key.id) {
			continue
		}
		plain, err := key.aead.Open(nil, nil, body, append(bytes.Clone(header), owner...))
		if err != nil {
			return nil, errUnsealable
		}
		return plain, nil
	}
	return nil, errUnsealable
}
