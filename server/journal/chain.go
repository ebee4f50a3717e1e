package journal

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Link is an Event in its place on the chain of its person. Seq counts from 1,
// Prev is the Hash of the link before, 32 zero bytes for the first, and Hash is
// the SHA-256 of these fields as netstrings (cr.yp.to/proto/netstrings.txt: the
// length in decimal, a colon, the bytes, a comma), one after the other:
//
//	"timeclock event 1", person, seq, prev, at, what, press, data
//
// where seq and at are in decimal, prev is in lower-case hex, and data is the
// JSON byte for byte as it is kept and exported.
//
// # What a chain proves
//
// Where every link holds, and a head that was exported earlier is still on the
// chain, the events up to that head are those that were there when it was
// exported: none was changed, removed, put between or put in another order
// since. That holds against whoever has the database, as long as they do not
// have the export too.
//
// # What it cannot prove
//
// The hash has no key. Whoever may write the database can change an event and
// compute every hash after it anew; only a head exported before, and kept where
// they cannot write, tells. Whoever also changes that export is not found out.
//
// The events after the last exported head can be taken away from the end, or
// written anew, without a trace.
//
// What retention has removed cannot be examined any more. A checkpoint says
// what the last removed event's hash was; that nothing else was removed is the
// word of whoever could write the database.
//
// A chain says what this server recorded, and when by its own clock: not that a
// person pressed what their device sent, and nothing about what was done in
// Teams, or what stands on a card today.
type Link struct {
	Person string // the product's key of the person
	Seq    int64
	Prev   Hash
	Hash   Hash
	Event
}

// Head is how far a chain goes: its last link. A chain without links has the
// zero Head of its person.
type Head struct {
	Person string `json:"person"`
	Seq    int64  `json:"seq"`
	Hash   Hash   `json:"hash"`
}

// Seal makes e the link that follows head.
func Seal(head Head, e Event) Link {
	l := Link{Person: head.Person, Seq: head.Seq + 1, Prev: head.Hash, Event: e}
	l.Hash = l.sum()
	return l
}

// sum computes the hash that l should have.
func (l Link) sum() Hash {
	return digest("timeclock event 1", l.Person, decimal(l.Seq), l.Prev.String(),
		decimal(int64(l.At)), string(l.What), l.Press, string(l.Data))
}

// Head gives the chain as it is with l at its end.
func (l Link) Head() Head { return Head{l.Person, l.Seq, l.Hash} }

// Verify examines whether l is the link that follows head, and gives the head
// after it. The error is a *Fault.
func Verify(head Head, l Link) (Head, error) {
	want := head.Seq + 1
	switch {
	case l.Seq != want:
		return head, &Fault{head.Person, want, fmt.Sprintf("it is missing; the next one there is event %d", l.Seq)}
	case l.Prev != head.Hash:
		return head, &Fault{head.Person, want, "it does not follow the one before it, or that one was changed and sealed anew"}
	case l.Hash != l.sum():
		return head, &Fault{head.Person, want, "what it holds is not what its hash was made of"}
	}
	return l.Head(), nil
}

// Fault is the first event of a chain that does not hold.
type Fault struct {
	Person  string
	Seq     int64
	Differs string // what is wrong with it
}

// Error names the person, the event and what is wrong with it.
func (f *Fault) Error() string {
	return fmt.Sprintf("the chain of %s does not hold from event %d: %s", f.Person, f.Seq, f.Differs)
}

// Digest is one hash over many heads, whatever their order: the SHA-256 of
// "timeclock heads 1" and of person, seq and hash of each, by person, all as
// netstrings.
func Digest(heads []Head) Hash {
	heads = slices.Clone(heads)
	slices.SortFunc(heads, func(a, b Head) int { return cmp.Compare(a.Person, b.Person) })
	fields := []string{"timeclock heads 1"}
	for _, h := range heads {
		fields = append(fields, h.Person, decimal(h.Seq), h.Hash.String())
	}
	return digest(fields...)
}

// digest hashes texts so that no other texts give the same bytes.
func digest(texts ...string) Hash {
	sum := sha256.New()
	for _, text := range texts {
		_, _ = io.WriteString(sum, strconv.Itoa(len(text))+":"+text+",") // a hash takes everything
	}
	return Hash(sum.Sum(nil))
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// Hash is a SHA-256, written in hex.
type Hash [sha256.Size]byte

// HashOf gives the bytes a store has kept as a Hash. What is not as long as a
// hash is none, and gives the zero Hash.
func HashOf(kept []byte) Hash {
	if len(kept) != sha256.Size {
		return Hash{}
	}
	return Hash(kept)
}

// String gives h in lower-case hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(h) || !bytes.Equal(text, bytes.ToLower(text)) {
		return fmt.Errorf("%q is not a hash of %d bytes in lower-case hex", text, len(h))
	}
	*h = Hash(raw)
	return nil
}
