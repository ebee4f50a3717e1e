package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"timeclock/app/clock"
)

// exportedLink is a line of an export. Data is a text, and not JSON within
// JSON, so that it comes out of any program that reads the line byte for byte
// as it was hashed.
type exportedLink struct {
	Person string        `json:"person"`
	Seq    int64         `json:"seq"`
	At     clock.Instant `json:"at"`
	What   What          `json:"what"`
	Press  string        `json:"press"`
	Data   string        `json:"data"`
	Prev   Hash          `json:"prev"`
	Hash   Hash          `json:"hash"`
}

// Exported is the last line of an export: the heads of all chains, by which
// Audit can tell later whether what was exported still stands.
type Exported struct {
	Heads  []Head        `json:"heads"`
	Digest Hash          `json:"digest"` // over Heads
	At     clock.Instant `json:"exported"`
}

// Export writes the events recorded since then as lines of JSON, one person's
// after the other's, and a last line with the heads. c is of one moment, which
// now is.
func Export(ctx context.Context, c Chains, since, now clock.Instant, w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	heads, err := c.Heads(ctx)
	if err != nil {
		return fmt.Errorf("read heads: %w", err)
	}
	err = c.Events(ctx, "", 0, func(l Link) error {
		if l.At < since {
			return nil
		}
		return encoder.Encode(exportedLink{l.Person, l.Seq, l.At, l.What, l.Press, string(l.Data), l.Prev, l.Hash})
	})
	if err != nil {
		return fmt.Errorf("export events: %w", err)
	}
	return encoder.Encode(Exported{append([]Head{}, heads...), Digest(heads), now})
}

// ReadExported finds the heads in an export, or in its last line alone.
func ReadExported(r io.Reader) (Exported, error) {
	decoder := json.NewDecoder(r)
	for {
		var line struct {
			Exported
			Hash *Hash `json:"hash"` // of an event
		}
		switch err := decoder.Decode(&line); {
		case errors.Is(err, io.EOF):
			return Exported{}, errors.New("it does not end with a line of heads: it is no export, or not a whole one")
		case err != nil:
			return Exported{}, fmt.Errorf("it is no export: %w", err)
		case line.Hash != nil:
			continue
		case Digest(line.Heads) != line.Digest:
			return Exported{}, errors.New("its heads are not those that its digest was made of")
		}
		return line.Exported, nil
	}
}
