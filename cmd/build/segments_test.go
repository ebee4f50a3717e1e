package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"reflect"
	"testing"
)

// module makes a module with a memory and the given content of a data section.
func module(data []byte) []byte {
	m := append([]byte{}, wasmHeader...)
	m = append(m, sectionMemory, 3, 1, 0, 1)
	m = append(m, sectionData)
	m = binary.AppendUvarint(m, uint64(len(data)))
	return append(m, data...)
}

// image is memory after a module was instantiated: its bytes that are not
// zero.
func image(t testing.TB, module []byte) map[uint64]byte {
	t.Helper()
	segs, err := dataSegments(module)
	if err != nil {
		t.Fatalf("dataSegments: %v", err)
	}
	memory := map[uint64]byte{}
	for _, s := range segs {
		for i, b := range s.data {
			if b != 0 {
				memory[uint64(s.offset)+uint64(i)] = b
			}
		}
	}
	return memory
}

func TestJoinSegments(t *testing.T) {
	for _, row := range []struct {
		name string
		in   []segment
		want []segment
	}{
		{"none", nil, nil},
		{"one", []segment{{8, []byte("a")}}, []segment{{8, []byte("a")}}},
		{"touching", []segment{{8, []byte("a")}, {9, []byte("b")}}, []segment{{8, []byte("ab")}}},
		{"gap of 4", []segment{{8, []byte("a")}, {13, []byte("b")}}, []segment{{8, []byte("a\x00\x00\x00\x00b")}}},
		{"gap of 5", []segment{{8, []byte("a")}, {14, []byte("b")}}, []segment{{8, []byte("a")}, {14, []byte("b")}}},
		{"three in a row", []segment{{0, []byte("a")}, {2, []byte("b")}, {4, []byte("c")}}, []segment{{0, []byte("a\x00b\x00c")}}},
		{"out of order", []segment{{9, []byte("b")}, {8, []byte("a")}}, []segment{{8, []byte("ab")}}},
		{"empty one between", []segment{{8, []byte("a")}, {9, []byte{}}, {10, []byte("b")}}, []segment{{8, []byte("a\x00b")}}},
		{"above 2 GB", []segment{{0x80000000, []byte("a")}, {0xffffffff, []byte("b")}}, []segment{{0x80000000, []byte("a")}, {0xffffffff, []byte("b")}}},
	} {
		in := module(encodeData(row.in))
		out, err := joinSegments(in, 4)
		if err != nil {
			t.Errorf("%s: joinSegments = %v", row.name, err)
			continue
		}
		got, err := dataSegments(out)
		if err != nil || !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: segments %v, %v, want %v", row.name, got, err, row.want)
		}
		if before, after := image(t, in), image(t, out); !reflect.DeepEqual(before, after) {
			t.Errorf("%s: memory before %v, after %v", row.name, before, after)
		}
	}
}

func TestJoinSegmentsRefuses(t *testing.T) {
	whole := module(encodeData([]segment{{8, []byte("abc")}}))
	withoutMemory := append(append([]byte{}, wasmHeader...), whole[len(wasmHeader)+5:]...)
	for _, row := range []struct {
		name      string
		in        []byte
		malformed bool
	}{
		{"nothing", nil, true},
		{"another version", []byte("\x00asm\x02\x00\x00\x00"), true},
		{"cut in a segment", whole[:len(whole)-1], true},
		{"section without size", append(append([]byte{}, wasmHeader...), 1), true},
		{"data without memory", withoutMemory, true},
		{"bytes after the last segment", module([]byte{0, 7}), true},
		{"endless number", module([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), true},
		{"offset beyond 32 bits", module([]byte{1, 0, opI32Const, 0xff, 0xff, 0xff, 0xff, 0x1f, opEnd, 0}), true},
		{"passive segment", module([]byte{1, 1, 0}), false},
		{"offset from a global", module([]byte{1, 0, 0x23, 0, opEnd, 0}), false},
		{"overlap", module(encodeData([]segment{{8, []byte("ab")}, {9, []byte("c")}})), false},
	} {
		out, err := joinSegments(row.in, 4)
		if err == nil {
			t.Errorf("%s: joinSegments = %x, want an error", row.name, out)
		} else if errors.Is(err, errMalformed) != row.malformed {
			t.Errorf("%s: joinSegments = %v, malformed: want %t", row.name, err, row.malformed)
		}
	}
}

func TestJoinSegmentsLeavesNumberedAlone(t *testing.T) {
	in := append([]byte{}, wasmHeader...)
	in = append(in, sectionMemory, 3, 1, 0, 1, sectionDataCount, 1, 1)
	in = append(in, sectionData, 1, 0)
	out, err := joinSegments(in, 4)
	if err != nil || !bytes.Equal(in, out) {
		t.Errorf("joinSegments = %x, %v, want %x as it was", out, err, in)
	}
}

// TestJoinSegmentsOfGo holds for what the linker really writes.
func TestJoinSegmentsOfGo(t *testing.T) {
	in := hello(t)
	out, err := joinSegments(in, segmentGap)
	if err != nil {
		t.Fatalf("joinSegments: %v", err)
	}
	if before, after := image(t, in), image(t, out); !reflect.DeepEqual(before, after) {
		t.Errorf("memory of %d bytes before, of %d after, or of others", len(before), len(after))
	}
	before, _ := dataSegments(in)
	after, _ := dataSegments(out)
	if len(before) < 1000 || len(after) > 100 {
		t.Errorf("%d segments became %d, want thousands to become a few", len(before), len(after))
	}
	sameButData(t, in, out)
}

// sameButData checks that two modules differ in no section but data.
func sameButData(t *testing.T, a, b []byte) {
	t.Helper()
	as, err := parseSections(a)
	if err != nil {
		t.Fatal(err)
	}
	bs, err := parseSections(b)
	if err != nil || len(as) != len(bs) {
		t.Fatalf("parseSections: %d sections, %v, want %d", len(bs), err, len(as))
	}
	for i := range as {
		if as[i].id != bs[i].id || as[i].id != sectionData && !bytes.Equal(as[i].content, bs[i].content) {
			t.Errorf("section %d (id %d) changed", i, as[i].id)
		}
	}
}

func TestInt32(t *testing.T) {
	for _, v := range []int32{0, 1, 63, 64, -1, -64, -65, 127, 128, 1 << 20, -1 << 20, 1<<31 - 1, -1 << 31} {
		r := reader{rest: appendInt32(nil, v)}
		if got := r.int32(); got != v || r.err != nil || len(r.rest) > 0 {
			t.Errorf("int32(appendInt32(%d)) = %d, %v, %d bytes left", v, got, r.err, len(r.rest))
		}
	}
}

func FuzzJoinSegments(f *testing.F) {
	f.Add([]byte{})
	f.Add(module(nil))
	f.Add(module(encodeData([]segment{{8, []byte("a")}, {13, []byte("b")}})))
	f.Add(module(encodeData([]segment{{0xfffffff0, []byte("a")}, {4, []byte("b")}})))
	f.Add(module([]byte{1, 1, 0}))
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := joinSegments(in, 16)
		if err != nil {
			return
		}
		if _, err := dataSegments(in); err != nil {
			return // given back as it was, for its data count section
		}
		if before, after := image(t, in), image(t, out); !reflect.DeepEqual(before, after) {
			t.Errorf("memory before %v, after %v", before, after)
		}
	})
}
