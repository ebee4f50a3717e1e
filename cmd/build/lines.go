package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// knownGo is the Go whose programs are known well enough to be made smaller
// than it makes them. That of any other is larger.
const knownGo = "go1.26"

// functionsMagic is how the runtime's table of functions begins (pcHeader in
// runtime/symtab.go): the magic number, two zeros, the smallest instruction and
// the size of a pointer.
var functionsMagic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

// Where things stand in the table's header and, from firstTable on one after
// another, in the entry of a function (_func in runtime/runtime2.go).
const (
	headCount, headNames, headUnits, headTables, headEntries, headSize = 8, 32, 40, 56, 64, 72

	entryStart, entryName, entryStack, entryFile, entryLine = 0, 4, 16, 20, 24
	entryTables, entryUnit, entryFirstLine, firstTable      = 28, 32, 36, 44
)

var errFunctions = errors.New("the table of functions is not as " + knownGo + " lays it out")

// isKnown reports whether a toolchain of that version is knownGo.
func isKnown(version string) bool {
	return version == knownGo || strings.HasPrefix(version, knownGo+".")
}

// dropLines gives the module without what tells the file and line of every
// instruction, which nothing but a traceback asks for: it is a sixteenth of
// what is sent. A traceback then has functions and offsets, and "?:0" for the
// line, which is what the runtime says of a function without such tables. A
// module whose table is not as expected is an error.
func dropLines(module []byte) ([]byte, error) {
	module = bytes.Clone(module)
	segs, err := dataSegments(module)
	if err != nil {
		return nil, err
	}
	for _, s := range segs {
		if at := bytes.Index(s.data, functionsMagic); at >= 0 {
			f, err := parseFunctions(s.data[at:])
			if err != nil {
				return nil, err
			}
			return module, f.dropLines()
		}
	}
	return nil, fmt.Errorf("%w: there is none", errFunctions)
}

// functions is the runtime's table of functions.
type functions struct {
	count   int
	names   []byte // each ends with a zero
	files   []byte // names of files, and which file each unit of compiling names how
	tables  []byte // values by program counter
	entries []byte // an index of the functions, then an entry for each
}

func parseFunctions(data []byte) (functions, error) {
	if len(data) < headSize {
		return functions{}, errFunctions
	}
	word := func(at int) uint64 { return binary.LittleEndian.Uint64(data[at:]) }
	parts := []uint64{headSize, word(headNames), word(headUnits), word(headTables), word(headEntries), uint64(len(data))}
	count := word(headCount)
	if !slices.IsSorted(parts) || count > (parts[5]-parts[4])/firstTable {
		return functions{}, errFunctions
	}
	return functions{
		count: int(count), names: data[parts[1]:parts[2]], files: data[parts[2]:parts[3]],
		tables: data[parts[3]:parts[4]], entries: data[parts[4]:],
	}, nil
}

// dropLines takes files and lines out of every entry and zeroes the tables that
// no entry names any more. What it has not understood it leaves half done.
func (f functions) dropLines() error {
	kept := make([]bool, len(f.tables))
	for i := range f.count {
		e, err := f.entry(i)
		if err != nil {
			return err
		}
		for _, at := range e.tables() {
			if err := f.keep(kept, at); err != nil {
				return fmt.Errorf("function %d: %w", i, err)
			}
		}
		for _, field := range []int{entryFile, entryLine, entryUnit, entryFirstLine} {
			clear(e[field : field+4])
		}
	}
	for i, keep := range kept {
		if !keep {
			f.tables[i] = 0
		}
	}
	clear(f.files)
	return nil
}

// entry is what the runtime knows of a function.
type entry []byte

func (e entry) uint32(at int) uint32 { return binary.LittleEndian.Uint32(e[at:]) }

// tables gives where the tables begin that are needed to run.
func (e entry) tables() []uint32 {
	at := []uint32{e.uint32(entryStack)}
	for i := range int(e.uint32(entryTables)) {
		at = append(at, e.uint32(firstTable+4*i))
	}
	return at
}

// entry gives that of function i. It must begin where the index says that the
// function does, and point to the beginning of a name.
func (f functions) entry(i int) (entry, error) {
	index := entry(f.entries[8*i:])
	start, at := index.uint32(0), uint64(index.uint32(4))
	if at+firstTable > uint64(len(f.entries)) {
		return nil, fmt.Errorf("%w: function %d lies outside", errFunctions, i)
	}
	e := entry(f.entries[at:])
	name := uint64(e.uint32(entryName))
	named := name < uint64(len(f.names)) && (name == 0 || f.names[name-1] == 0)
	if e.uint32(entryStart) != start || !named || uint64(e.uint32(entryTables)) > uint64(len(e)-firstTable)/4 {
		return nil, fmt.Errorf("%w: function %d", errFunctions, i)
	}
	return e, nil
}

// keep marks the table that begins at at: pairs of a value and how many
// instructions have it, both told by how they differ from the pair before. A
// value that does not differ ends it. At 0 there is none.
func (f functions) keep(kept []bool, at uint32) error {
	if at == 0 {
		return nil
	}
	if uint64(at) >= uint64(len(f.tables)) {
		return errFunctions
	}
	r := reader{rest: f.tables[at:]}
	for first := true; r.err == nil; first = false {
		if r.uint32() == 0 && !first {
			break
		}
		r.uint32()
	}
	for i := int(at); i < len(f.tables)-len(r.rest); i++ {
		kept[i] = true
	}
	return r.err
}
