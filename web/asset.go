package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"path"

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
	".webmanifest": {"application/manifest+json", true},
	".png":         {"image/png", false},
	".ico":         {"image/x-icon", false},
	".woff2":       {"font/woff2", false},
}

// kindOf gives the media type of a file by its name; "" when it is unknown.
func kindOf(name string) string { return kinds[path.Ext(name)].media }

// Asset is a file in all its forms.
type Asset struct {
	Name string // as "style.css"
	Path string // as "/web/style.0123456789ab.css"
	Type string // media type
	Hash string // SHA-256 of the content uncompressed, in hex
	Size int64  // bytes uncompressed

	forms map[Encoding][]byte
}

// NewAsset prepares a file under a name that ends in its kind.
func NewAsset(name string, data []byte) *Asset {
	a := &Asset{
		Name: name, Type: kindOf(name), Hash: bundle.Hash(data), Size: int64(len(data)),
		forms: map[Encoding][]byte{Identity: data},
	}
	a.Path = versioned(name, a.Hash)
	if kinds[path.Ext(name)].compress {
		a.compress(data)
	}
	return a
}

// programAsset is the browser program, which is kept compressed only.
func programAsset(b *bundle.Bundle) *Asset {
	p := b.Manifest.Program
	return &Asset{
		Name: Program, Path: versioned(Program, p.Hash), Type: kindOf(Program), Hash: p.Hash, Size: p.Size,
		forms: map[Encoding][]byte{Brotli: b.Brotli, Gzip: b.Gzip},
	}
}

// compress adds the compressed forms that are smaller.
func (a *Asset) compress(data []byte) {
	var br, gz bytes.Buffer
	b := brotli.NewWriterLevel(&br, brotli.BestCompression)
	b.Write(data) // to memory: cannot fail, nor can the next three
	b.Close()
	g, _ := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	g.Write(data)
	g.Close()
	for enc, form := range map[Encoding][]byte{Brotli: br.Bytes(), Gzip: gz.Bytes()} {
		if len(form) < len(data) {
			a.forms[enc] = form
		}
	}
}

// Encodings lists the forms there are, the smallest first. Identity is always
// the last.
func (a *Asset) Encodings() []Encoding {
	var have []Encoding
	for _, enc := range []Encoding{Brotli, Gzip} {
		if a.forms[enc] != nil {
			have = append(have, enc)
		}
	}
	return append(have, Identity)
}

// Open gives the content in an encoding out of Encodings, and its length.
func (a *Asset) Open(enc Encoding) (io.Reader, int64, error) {
	if form := a.forms[enc]; form != nil || enc != Identity {
		return bytes.NewReader(form), int64(len(form)), nil
	}
	r, err := gzip.NewReader(bytes.NewReader(a.forms[Gzip]))
	return r, a.Size, err
}
