package journal_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"timeclock/app/clock"
	"timeclock/server/journal"
)

// TestSealIsAsDocumented compares with hashes that another program has made:
//
//	import hashlib
//	net = lambda *f: b"".join(b"%d:%b," % (len(x), x) for x in (y.encode() for y in f))
//	sha = lambda *f: hashlib.sha256(net(*f)).hexdigest()
//	one = sha("timeclock event 1", "tid.anna", "1", "00" * 32, "-5", "pressed", "p1", '{"note":"Café"}')
//	two = sha("timeclock event 1", "tid.anna", "2", one, "7", "sent", "p1", "{}")
//	sha("timeclock heads 1", "tid.anna", "2", two, "tid.ben", "1", one)
func TestSealIsAsDocumented(t *testing.T) {
	one := journal.Seal(journal.Head{Person: "tid.anna"}, journal.Event{At: -5, What: "pressed", Press: "p1", Data: []byte(`{"note":"Café"}`)})
	two := journal.Seal(one.Head(), journal.Event{At: 7, What: "sent", Press: "p1", Data: []byte(`{}`)})
	const (
		wantOne   = "046834a6977cfedae885f732efff00721e83603a46718e4f71ab3ae839cd7e9d"
		wantTwo   = "085d765df66b39be132823d0c6e8e5b2092700005277eb072e045c18e08f13ed"
		wantHeads = "0009fe0693774050e75778eebf307974a322bb73d3a39bdeabbb629b1f549dce"
	)
	if one.Hash.String() != wantOne || two.Hash.String() != wantTwo {
		t.Errorf("Seal = %s, then %s; want %s, then %s", one.Hash, two.Hash, wantOne, wantTwo)
	}
	heads := []journal.Head{{Person: "tid.ben", Seq: 1, Hash: one.Hash}, two.Head()}
	if got := journal.Digest(heads); got.String() != wantHeads || heads[0].Person != "tid.ben" {
		t.Errorf("Digest = %s, want %s and heads left alone", got, wantHeads)
	}
}

// kept are chains in memory, as an attacker may have left them.
type kept struct {
	heads, removed []journal.Head
	links          []journal.Link
}

func (k *kept) Heads(context.Context) ([]journal.Head, error)       { return k.heads, nil }
func (k *kept) Checkpoints(context.Context) ([]journal.Head, error) { return k.removed, nil }
func (k *kept) Events(_ context.Context, _ string, _ int64, f func(journal.Link) error) error {
	for _, l := range k.links {
		if err := f(l); err != nil {
			return err
		}
	}
	return nil
}

// chains makes a chain of each length, of anna, ben and so on.
func chains(lengths ...int) *kept {
	k := &kept{}
	for i, n := range lengths {
		head := journal.Head{Person: []string{"anna", "ben", "cleo"}[i]}
		for at := range n {
			l := journal.Seal(head, journal.Event{At: clock.Instant(at), What: journal.WhatSent, Press: "p", Data: []byte(`{}`)})
			k.links, head = append(k.links, l), l.Head()
		}
		k.heads = append(k.heads, head)
	}
	return k
}

// seal makes the hashes right from link i of a chain on, and its head.
func (k *kept) seal(i int) {
	for ; i < len(k.links); i++ {
		l := &k.links[i]
		head := journal.Head{Person: l.Person}
		if i > 0 && k.links[i-1].Person == l.Person {
			head = k.links[i-1].Head()
		}
		*l = journal.Seal(head, l.Event)
		for h := range k.heads {
			if k.heads[h].Person == l.Person {
				k.heads[h] = l.Head()
			}
		}
	}
}

// prune removes the first n links of anna.
func (k *kept) prune(n int) {
	k.removed = append(k.removed, k.links[n-1].Head())
	k.links = k.links[n:]
}

// TestAuditNamesWhatDoesNotHold tampers with chains of 3 and 2 events, of which
// heads were exported before.
func TestAuditNamesWhatDoesNotHold(t *testing.T) {
	for _, tt := range []struct {
		name   string
		tamper func(k *kept)
		alone  string // what the chains by themselves tell; "" for nothing
		held   string // and held against the exported heads
	}{
		{"nothing is done", func(*kept) {}, "", ""},
		{"data is changed", func(k *kept) { k.links[1].Data = []byte(`{"a":1}`) },
			"anna does not hold from event 2: what it holds", "anna does not hold from event 2: what it holds"},
		{"data is changed, and its hash", func(k *kept) {
			k.links[1] = journal.Seal(k.links[0].Head(), journal.Event{At: 9})
		}, "anna does not hold from event 3: it does not follow", "anna does not hold from event 3: it does not follow"},
		{"the last is changed, and its hash", func(k *kept) {
			k.links[2] = journal.Seal(k.links[1].Head(), journal.Event{At: 9})
		}, "anna does not hold from event 3: the chain's head has another hash", "event 3: it, or one before it, is not the one"},
		{"all is sealed anew", func(k *kept) { k.links[3].Press = "q"; k.seal(3) },
			"", "ben does not hold from event 2: it, or one before it, is not the one whose hash was exported"},
		{"one is taken out", func(k *kept) { k.links = slices.Delete(k.links, 1, 2) },
			"anna does not hold from event 2: it is missing; the next one there is event 3", "event 2: it is missing"},
		{"one is taken out, and the rest sealed anew", func(k *kept) { k.links = slices.Delete(k.links, 3, 4); k.seal(3) },
			"", "ben does not hold from event 2: it is missing; the head exported is event 2"},
		{"the first is taken out", func(k *kept) { k.links = k.links[1:] }, "anna does not hold from event 1: it is missing", "event 1"},
		{"the end is cut off", func(k *kept) { k.links = k.links[:4] }, "ben does not hold from event 2: it is missing; the chain's head is event 2", "event 2"},
		{"the end is cut off, and the head set back", func(k *kept) { k.links = k.links[:4]; k.heads[1] = k.links[3].Head() },
			"", "ben does not hold from event 2: it is missing; the head exported is event 2"},
		{"a chain is taken away but for its head", func(k *kept) { k.links = k.links[:3] }, "ben does not hold from event 1: it is missing", "event 1"},
		{"a chain is taken away", func(k *kept) { k.links, k.heads = k.links[:3], k.heads[:1] },
			"", "ben does not hold from event 1: it is missing; the head exported is event 2"},
		{"a head is taken away", func(k *kept) { k.heads = k.heads[:1] }, "ben does not hold from event 1: the chain's head is event 0", "event 1"},
		{"events are exchanged", func(k *kept) { k.links[0], k.links[1] = k.links[1], k.links[0] }, "anna does not hold from event 1", "event 1"},
		{"an event is given to somebody else", func(k *kept) { k.links[2].Person = "ben" }, "anna does not hold from event 3: it is missing", "event 3"},
		{"the beginning is pruned", func(k *kept) { k.prune(2) }, "", ""},
		{"all of a chain is pruned", func(k *kept) { k.prune(3) }, "", ""},
		{"pruned, and a checkpoint changed", func(k *kept) { k.prune(2); k.removed[0].Hash[0]++ }, "anna does not hold from event 3: it does not follow", "event 3"},
		{"pruned, and the checkpoint taken away", func(k *kept) { k.prune(2); k.removed = nil }, "anna does not hold from event 1: it is missing", "event 1"},
		{"beyond the exported head", func(k *kept) { k.links = append(k.links, journal.Seal(k.heads[1], journal.Event{})); k.seal(5) }, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := chains(3, 2)
			exported := slices.Clone(k.heads)
			tt.tamper(k)
			for _, against := range []struct {
				exported []journal.Head
				want     string
			}{{nil, tt.alone}, {exported, tt.held}} {
				a, err := journal.Audit(t.Context(), k, against.exported)
				if fault := (*journal.Fault)(nil); err != nil && !errors.As(err, &fault) {
					t.Errorf("Audit: %v, want a *Fault", err)
				}
				if (err == nil) != (against.want == "") || err != nil && !strings.Contains(err.Error(), against.want) {
					t.Errorf("Audit against %d heads: %+v, %v; want %q", len(against.exported), a, err, against.want)
				}
				if err == nil && a.Standing != len(against.exported) {
					t.Errorf("Audit against %d heads: %d stand", len(against.exported), a.Standing)
				}
			}
		})
	}
}

func TestAuditCountsWhatACheckpointCovers(t *testing.T) {
	k := chains(3)
	early := k.links[0].Head()
	k.prune(2)
	a, err := journal.Audit(t.Context(), k, []journal.Head{early})
	if want := (journal.Audited{Chains: 1, Events: 1, Covered: 1}); err != nil || a != want {
		t.Errorf("Audit = %+v, %v; want %+v", a, err, want)
	}
}

func TestExportIsReadBack(t *testing.T) {
	k := chains(3, 2)
	k.links[0].Data = []byte("{\"stood\": \"<a>\",\n \"n\":1.0}")
	var all, some bytes.Buffer
	if err := journal.Export(t.Context(), k, 0, 99, &all); err != nil {
		t.Fatal(err)
	}
	if err := journal.Export(t.Context(), k, 2, 99, &some); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(all.String(), "\n"); n != 6 || !strings.Contains(all.String(), `"data":"{\"stood\": \"<a>\",\n \"n\":1.0}"`) {
		t.Errorf("the export of 5 events has %d lines:\n%s", n, all.String())
	}
	if n := strings.Count(some.String(), "\n"); n != 2 {
		t.Errorf("the export of 1 event has %d lines:\n%s", n, some.String())
	}
	lines := strings.SplitAfter(all.String(), "\n")
	for name, text := range map[string]string{"all": all.String(), "some": some.String(), "the last line": lines[5]} {
		got, err := journal.ReadExported(strings.NewReader(text))
		if err != nil || !slices.Equal(got.Heads, k.heads) || got.At != 99 {
			t.Errorf("ReadExported(%s) = %+v, %v; want the heads", name, got, err)
		}
	}
	for text, want := range map[string]string{
		"": "not a whole one", strings.Join(lines[:5], ""): "not a whole one", "no JSON": "no export",
		strings.Replace(lines[5], `"seq":3`, `"seq":4`, 1): "not those that its digest",
	} {
		if got, err := journal.ReadExported(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadExported(%s) = %+v, %v; want %q", text, got, err, want)
		}
	}
}
