package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"path"
	"sync"

	"github.com/andybalholm/brotli"

	"timeclock/web/bundle"
)

// Encoding is a content coding (RFC 9110, section 8.4.1).
type Encoding string

// The encodings an asset may be had in.
const (
	Identity Encoding = "identity"
	Gzip     Encoding = "gzip"
	Brotli   Encoding = "br"
)

// kinds are the media types by the ending of the name, and whether such a file
// gains by compression.
var kinds = map[string]struct {
	media    string
	compress bool
}{
	".wasm":        {"application/wasm", true},
	".js":          {"text/javascript; charset=utf-8", true},
	".css":         {"text/css; charset=utf-8", true},
	".svg":         {"image/svg+xml", true},
	".html":        {"text/html; charset=utf-8", true},
	".json":        {"application/json", true},
	".webmanifest": {"application/manifest+json", true},
	".png":         {"image/png", false},
	".jpg":         {"image/jpeg", false},
	".ico":         {"image/x-icon", false},
	".woff2":       {"font/woff2", false},
}

// kindOf gives the media type of a file by its name; "" when it is unknown.
func kindOf(name string) string { return kinds[path.Ext(name)].media }

// Asset is a file in all its forms. Those that were not made at build time are
// made when the first is asked for. It may be used by any number of
// goroutines.
type Asset struct {
	Name string // as "style.css"
	Path string // as "/web/style.0123456789ab.css"
	Type string // media type
	Hash string // SHA-256 of the content uncompressed, in hex
	Size int64  // bytes uncompressed

	forms func() map[Encoding][]byte
}

// NewAsset prepares a file under a name that ends in its kind.
func NewAsset(name string, data []byte) *Asset {
	hash := bundle.Hash(data)
	return &Asset{
		Name: name, Path: versioned(name, hash), Type: kindOf(name), Hash: hash, Size: int64(len(data)),
		forms: sync.OnceValue(func() map[Encoding][]byte { return formsOf(name, data) }),
	}
}

// programAsset is a browser program, which is kept compressed only.
func programAsset(name string, b *bundle.Bundle) *Asset {
	p := b.Manifest.Program
	forms := map[Encoding][]byte{Brotli: b.Brotli, Gzip: b.Gzip}
	return &Asset{
		Name: name, Path: versioned(name, p.Hash), Type: kindOf(name), Hash: p.Hash, Size: p.Size,
		forms: func() map[Encoding][]byte { return forms },
	}
}

// formsOf gives the data as it is and in the compressed forms that are smaller.
func formsOf(name string, data []byte) map[Encoding][]byte {
	forms := map[Encoding][]byte{Identity: data}
	if !kinds[path.Ext(name)].compress {
		return forms
	}
	var br, gz bytes.Buffer
	b := brotli.NewWriterLevel(&br, brotli.BestCompression)
	b.Write(data) // to memory: cannot fail, nor can the next three
	b.Close()
	g, _ := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	g.Write(data)
	g.Close()
	for enc, form := range map[Encoding][]byte{Brotli: br.Bytes(), Gzip: gz.Bytes()} {
		if len(form) < len(data) {
			forms[enc] = form
		}
	}
	return forms
}

// Encodings lists the forms there are, the smallest first. Identity is always
// the last.
func (a *Asset) Encodings() []Encoding {
	var have []Encoding
	forms := a.forms()
	for _, enc := range []Encoding{Brotli, Gzip} {
		if forms[enc] != nil {
			have = append(have, enc)
		}
	}
	return append(have, Identity)
}

// Open gives the content in an encoding out of Encodings, and its length.
func (a *Asset) Open(enc Encoding) (io.Reader, int64, error) {
	forms := a.forms()
	if form := forms[enc]; form != nil || enc != Identity {
		return bytes.NewReader(form), int64(len(form)), nil
	}
	r, err := gzip.NewReader(bytes.NewReader(forms[Gzip]))
	return r, a.Size, err
}
