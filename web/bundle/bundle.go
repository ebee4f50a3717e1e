// Package bundle describes what cmd/build leaves behind for the server to
// embed: the browser program, compressed, the script that starts it, and a
// manifest that says what they are.
//
// The package holds no files itself, so that the program that makes a bundle
// does not contain the one it made before.
package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

// The files of a bundle. The program is kept compressed only.
const (
	ManifestFile  = "manifest.json"
	ProgramBrotli = "app.wasm.br"
	ProgramGzip   = "app.wasm.gz"
	RuntimeFile   = "wasm_exec.js"
)

// BrotliBest is the level of what is shipped.
const BrotliBest = 11

// ErrNotBuilt says that there is no bundle, or not a whole one.
var ErrNotBuilt = errors.New("the browser program is not built: run make build")

// Manifest says what a bundle holds.
type Manifest struct {
	// Version is the same for the same program and runtime, whatever
	// compressed them.
	Version string `json:"version"`
	// Inputs is a hash of all that went into the bundle.
	Inputs string `json:"inputs"`
	// Go is the toolchain, as runtime.Version tells it.
	Go string `json:"go"`
	// Level is the brotli level.
	Level   int     `json:"level"`
	Program Program `json:"program"`
	// Runtime is the hash of RuntimeFile.
	Runtime string `json:"runtime"`
}

// Program is the browser program: hashes are SHA-256 in hex, sizes are bytes.
type Program struct {
	Hash       string `json:"hash"` // of the program uncompressed
	Size       int64  `json:"size"`
	BrotliHash string `json:"brotliHash"`
	BrotliSize int64  `json:"brotliSize"`
	GzipHash   string `json:"gzipHash"`
	GzipSize   int64  `json:"gzipSize"`
}

// Bundle is a manifest with the files it names, checked against it.
type Bundle struct {
	Manifest Manifest
	Brotli   []byte // the program
	Gzip     []byte // the program
	Runtime  []byte
}

// Hash is the hash that a Manifest uses.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Version names a program and a runtime by their hashes.
func Version(program, runtime string) string {
	return Hash([]byte(program + "\n" + runtime))[:16]
}

// ReadManifest reads the manifest in dir. The error wraps ErrNotBuilt when
// there is none that can be read.
func ReadManifest(dir fs.FS) (Manifest, error) {
	var m Manifest
	b, err := fs.ReadFile(dir, ManifestFile)
	if err != nil {
		return m, fmt.Errorf("%w (%w)", ErrNotBuilt, err)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("%w (%s: %w)", ErrNotBuilt, ManifestFile, err)
	}
	return m, nil
}

// Read reads the bundle in dir and checks every file against the manifest.
// The error wraps ErrNotBuilt when anything is missing or another than it
// should be.
func Read(dir fs.FS) (*Bundle, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	b := &Bundle{Manifest: m}
	for _, f := range []struct {
		name, hash string
		into       *[]byte
	}{
		{ProgramBrotli, m.Program.BrotliHash, &b.Brotli},
		{ProgramGzip, m.Program.GzipHash, &b.Gzip},
		{RuntimeFile, m.Runtime, &b.Runtime},
	} {
		data, err := fs.ReadFile(dir, f.name)
		if err != nil {
			return nil, fmt.Errorf("%w (%w)", ErrNotBuilt, err)
		}
		if Hash(data) != f.hash {
			return nil, fmt.Errorf("%w (%s is not the one in %s)", ErrNotBuilt, f.name, ManifestFile)
		}
		*f.into = data
	}
	return b, nil
}
