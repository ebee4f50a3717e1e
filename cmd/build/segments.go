package main

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Section numbers of the WebAssembly core specification 2.0, §5.5.2.
const (
	sectionMemory    = 5
	sectionData      = 11
	sectionDataCount = 12
)

// Opcodes of a constant offset, §5.4.7 and §5.4.9.
const (
	opI32Const = 0x41
	opEnd      = 0x0b
)

var wasmHeader = []byte("\x00asm\x01\x00\x00\x00")

var errMalformed = errors.New("malformed module")

// segment is an active data segment of memory 0.
type segment struct {
	offset uint32
	data   []byte
}

func (s segment) end() uint64 { return uint64(s.offset) + uint64(len(s.data)) }

// section is one section of a module, its content without id and size.
type section struct {
	id      byte
	content []byte
}

// joinSegments gives the module with every two neighbouring data segments
// joined whose gap is at most gap bytes, the gap filled with zeros. Memory is
// the same after it: a module's own memory begins as zeros, and segments that
// ascend without overlap leave what lies between them alone.
//
// The linker of Go writes a segment for every run of bytes that are not zero,
// some hundred thousand; their headers compress badly.
//
// A module that may name segments by number (it has a data count section) is
// given back as it is. A module that is malformed, or whose segments are of
// another kind than Go's linker writes, is an error.
func joinSegments(module []byte, gap uint32) ([]byte, error) {
	sections, err := parseSections(module)
	if err != nil {
		return nil, err
	}
	var memory bool
	out := bytes.NewBuffer(append(make([]byte, 0, len(module)), wasmHeader...))
	for _, s := range sections {
		content := s.content
		switch s.id {
		case sectionDataCount:
			return module, nil
		case sectionMemory:
			memory = true
		case sectionData:
			segs, err := parseData(content)
			if err != nil {
				return nil, err
			}
			if len(segs) > 0 && !memory {
				return nil, fmt.Errorf("%w: data without a memory of its own", errMalformed)
			}
			if err := sortApart(segs); err != nil {
				return nil, err
			}
			content = encodeData(join(segs, gap))
		}
		out.WriteByte(s.id)
		out.Write(binary.AppendUvarint(nil, uint64(len(content))))
		out.Write(content)
	}
	return out.Bytes(), nil
}

// dataSegments gives the data segments of a module; none is not an error.
func dataSegments(module []byte) ([]segment, error) {
	sections, err := parseSections(module)
	if err != nil {
		return nil, err
	}
	for _, s := range sections {
		if s.id == sectionData {
			return parseData(s.content)
		}
	}
	return nil, nil
}

func parseSections(module []byte) ([]section, error) {
	rest, ok := bytes.CutPrefix(module, wasmHeader)
	if !ok {
		return nil, fmt.Errorf("%w: no WebAssembly 1 header", errMalformed)
	}
	var sections []section
	r := reader{rest: rest}
	for len(r.rest) > 0 && r.err == nil {
		id := r.byte()
		content := r.bytes(r.uint32())
		sections = append(sections, section{id, content})
	}
	return sections, r.err
}

// parseData reads a data section (§5.5.14) whose segments are all active, of
// memory 0 and at constant offsets, in the order they stand there.
func parseData(content []byte) ([]segment, error) {
	r := reader{rest: content}
	n := r.uint32()
	var segs []segment
	for i := uint32(0); i < n && r.err == nil; i++ {
		if flag, op := r.uint32(), r.byte(); r.err == nil && (flag != 0 || op != opI32Const) {
			return nil, fmt.Errorf("data segment %d: kind %d with offset by opcode %#x is not handled", i, flag, op)
		}
		s := segment{offset: uint32(r.int32())}
		if op := r.byte(); r.err == nil && op != opEnd {
			return nil, fmt.Errorf("data segment %d: offset is not a constant (opcode %#x)", i, op)
		}
		s.data = r.bytes(r.uint32())
		segs = append(segs, s)
	}
	if r.err == nil && len(r.rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes after the last data segment", errMalformed, len(r.rest))
	}
	return segs, r.err
}

// sortApart sorts segments by offset. Two that overlap are an error: there the
// order of writing would count.
func sortApart(segs []segment) error {
	slices.SortFunc(segs, func(a, b segment) int { return cmp.Compare(a.offset, b.offset) })
	for i := 1; i < len(segs); i++ {
		if end := segs[i-1].end(); uint64(segs[i].offset) < end {
			return fmt.Errorf("data segments overlap: one begins at %d, another ends at %d", segs[i].offset, end)
		}
	}
	return nil
}

// join makes one segment of every run of neighbours at most gap apart.
func join(segs []segment, gap uint32) []segment {
	var out []segment
	for i := 0; i < len(segs); {
		last := i + 1
		for last < len(segs) && uint64(segs[last].offset)-segs[last-1].end() <= uint64(gap) {
			last++
		}
		out = append(out, merge(segs[i:last]))
		i = last
	}
	return out
}

// merge makes one segment of a run of them.
func merge(run []segment) segment {
	first := run[0]
	if len(run) == 1 {
		return first
	}
	data := make([]byte, run[len(run)-1].end()-uint64(first.offset))
	for _, s := range run {
		copy(data[s.offset-first.offset:], s.data)
	}
	return segment{first.offset, data}
}

func encodeData(segs []segment) []byte {
	out := binary.AppendUvarint(nil, uint64(len(segs)))
	for _, s := range segs {
		out = append(out, 0, opI32Const)
		out = appendInt32(out, int32(s.offset))
		out = append(out, opEnd)
		out = binary.AppendUvarint(out, uint64(len(s.data)))
		out = append(out, s.data...)
	}
	return out
}

// appendInt32 appends v as signed LEB128 (§5.2.2).
func appendInt32(out []byte, v int32) []byte {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}

// reader takes values off the front of rest. After a failure it gives zeros
// and err says what the failure was.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", errMalformed, what)
	}
	r.rest = nil
}

func (r *reader) byte() byte {
	if len(r.rest) == 0 {
		r.fail("cut short")
		return 0
	}
	b := r.rest[0]
	r.rest = r.rest[1:]
	return b
}

func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(len(r.rest)) {
		r.fail(fmt.Sprintf("%d bytes announced, %d left", n, len(r.rest)))
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// uint32 reads unsigned LEB128.
func (r *reader) uint32() uint32 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || n > 5 || v > math.MaxUint32 {
		r.fail("not a 32-bit number")
		return 0
	}
	r.rest = r.rest[n:]
	return uint32(v)
}

// int32 reads signed LEB128.
func (r *reader) int32() int32 {
	var v int64
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		if b&0x80 != 0 {
			continue
		}
		if b&0x40 != 0 {
			v |= -1 << (shift + 7)
		}
		if r.err == nil && v != int64(int32(v)) {
			break
		}
		return int32(v)
	}
	r.fail("not a signed 32-bit number")
	return 0
}
