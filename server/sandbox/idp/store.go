package idp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// family is the line of refresh tokens that began with one code. One token of
// it is good at a time; showing an older one ends the line (RFC 9700 §4.14.2).
type family struct {
	Person  string    `json:"person"` // object id
	Sid     string    `json:"sid"`
	Scopes  []string  `json:"scopes"` // of Graph
	OpenID  []string  `json:"openid"`
	Current string    `json:"current"` // hash of the token that is good
	Expires time.Time `json:"expires"`
	Ended   bool      `json:"ended,omitempty"`
}

// session is a browser's session at the provider.
type session struct {
	Person  string    `json:"person"`
	Sid     string    `json:"sid"`
	Expires time.Time `json:"expires"`
}

// state is what outlives a restart.
type state struct {
	Key      jose.JSONWebKey     `json:"key"`
	Families map[string]*family  `json:"families"` // by id, the part of a token before the dot
	Sessions map[string]*session `json:"sessions"` // by hash of the cookie
}

// store keeps the state in a folder, or nowhere when dir is empty.
type store struct{ dir string }

func (s store) file() string { return filepath.Join(s.dir, "provider.json") }

// load reads the state, or begins it with a new key.
func (p *Provider) load() error {
	p.state = state{Families: map[string]*family{}, Sessions: map[string]*session{}}
	text, err := p.store.read()
	if err != nil {
		return err
	}
	if text != nil {
		if err := json.Unmarshal(text, &p.state); err != nil {
			return fmt.Errorf("read %s: %w", p.store.file(), err)
		}
		return p.use(p.state.Key)
	}
	return p.renewKey()
}

// renewKey makes a key, or takes the one that was configured for the first. The
// caller holds the lock, or is the only one yet.
func (p *Provider) renewKey() error {
	private := p.SigningKey
	if private == nil || p.key.Load() != nil {
		var err error
		if private, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return fmt.Errorf("make signing key: %w", err)
		}
	}
	p.state.Key = jose.JSONWebKey{Key: private, KeyID: random(12), Algorithm: string(jose.RS256), Use: "sig"}
	if err := p.use(p.state.Key); err != nil {
		return err
	}
	return p.save()
}

// read gives the file's text, or nil when there is none.
func (s store) read() ([]byte, error) {
	if s.dir == "" {
		return nil, nil
	}
	text, err := os.ReadFile(s.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read provider state: %w", err)
	}
	return text, nil
}

// save replaces the state on disk as a whole and returns when it is there. The
// caller holds the lock, or is the only one yet.
func (p *Provider) save() error {
	if p.store.dir == "" {
		return nil
	}
	p.prune()
	text, err := json.Marshal(p.state)
	if err != nil {
		return fmt.Errorf("write provider state: %w", err)
	}
	if err := p.store.write(text); err != nil {
		return fmt.Errorf("write provider state: %w", err)
	}
	return nil
}

func (s store) write(text []byte) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.dir, "provider-*.tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.file())
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// prune forgets what has expired.
func (p *Provider) prune() {
	now := p.Now()
	for id, f := range p.state.Families {
		if now.After(f.Expires) {
			delete(p.state.Families, id)
		}
	}
	for id, s := range p.state.Sessions {
		if now.After(s.Expires) {
			delete(p.state.Sessions, id)
		}
	}
}

// random is n bytes nobody can guess, as text.
func random(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(b)
}

// hash is what is kept of a secret.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
