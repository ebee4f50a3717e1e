package bundle

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"

	"github.com/andybalholm/brotli"
	"golang.org/x/sync/errgroup"
)

// window is the brotli window, as a power of two: the largest that browsers
// accept, 16 MB, holds the whole program.
const window = 24

// Make compresses a program, with brotli at the given level and with gzip at
// its best, and describes it. Its manifest lacks only Inputs and Go.
func Make(program, runtime []byte, level int) (*Bundle, error) {
	b := &Bundle{Runtime: runtime}
	var g errgroup.Group
	g.Go(func() (err error) {
		b.Brotli, err = compress(program, func(w io.Writer) (io.WriteCloser, error) {
			return brotli.NewWriterOptions(w, brotli.WriterOptions{Quality: level, LGWin: window}), nil
		})
		return err
	})
	g.Go(func() (err error) {
		b.Gzip, err = compress(program, func(w io.Writer) (io.WriteCloser, error) {
			return gzip.NewWriterLevel(w, gzip.BestCompression)
		})
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	b.Manifest = Manifest{
		Version: Version(Hash(program), Hash(runtime)),
		Level:   level,
		Runtime: Hash(runtime),
		Program: Program{
			Hash: Hash(program), Size: int64(len(program)),
			BrotliHash: Hash(b.Brotli), BrotliSize: int64(len(b.Brotli)),
			GzipHash: Hash(b.Gzip), GzipSize: int64(len(b.Gzip)),
		},
	}
	return b, nil
}

func compress(data []byte, open func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	w, err := open(&out)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// File is one file of a bundle.
type File struct {
	Name string
	Data []byte
}

// Files lists the files of a bundle, the manifest last: who writes them in
// order and is cut off leaves what Read refuses.
func (b *Bundle) Files() ([]File, error) {
	manifest, err := json.MarshalIndent(b.Manifest, "", "\t")
	if err != nil {
		return nil, err
	}
	return []File{
		{ProgramBrotli, b.Brotli},
		{ProgramGzip, b.Gzip},
		{RuntimeFile, b.Runtime},
		{ManifestFile, append(manifest, '\n')},
	}, nil
}
