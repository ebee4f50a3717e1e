package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// hello compiles the program in testdata.
func hello(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "hello.wasm")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", file, "./testdata/hello")
	cmd.Env = wasmEnv(runtime.Version())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	module, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return module
}

// functionsOf gives the table of functions of a module.
func functionsOf(t *testing.T, module []byte) functions {
	t.Helper()
	segs, err := dataSegments(module)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range segs {
		if at := bytes.Index(s.data, functionsMagic); at >= 0 {
			f, err := parseFunctions(s.data[at:])
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
	}
	t.Fatal("no table of functions")
	return functions{}
}

// table gives the bytes of a table that begins at at.
func (f functions) table(t *testing.T, at uint32) []byte {
	t.Helper()
	kept := make([]bool, len(f.tables))
	if err := f.keep(kept, at); err != nil {
		t.Fatal(err)
	}
	var table []byte
	for i, keep := range kept {
		if keep {
			table = append(table, f.tables[i])
		}
	}
	return table
}

func TestDropLines(t *testing.T) {
	if !isKnown(runtime.Version()) {
		t.Skipf("not run: it is for %s, and this is %s", knownGo, runtime.Version())
	}
	in, err := joinSegments(hello(t), segmentGap)
	if err != nil {
		t.Fatal(err)
	}
	whole := bytes.Clone(in)
	out, err := dropLines(in)
	if err != nil {
		t.Fatalf("dropLines: %v", err)
	}
	if !bytes.Equal(in, whole) {
		t.Error("dropLines changed what it was given")
	}
	sameButData(t, in, out)
	before, after := functionsOf(t, in), functionsOf(t, out)
	if before.count < 1000 || after.count != before.count || !bytes.Equal(before.names, after.names) {
		t.Errorf("%d functions became %d, or have other names", before.count, after.count)
	}
	for i := range before.count {
		a, b := must(before.entry(i)), must(after.entry(i))
		if b.uint32(entryFile) != 0 || b.uint32(entryLine) != 0 {
			t.Fatalf("function %d has lines still", i)
		}
		if !reflect.DeepEqual(a.tables(), b.tables()) {
			t.Fatalf("function %d has tables at %v, before at %v", i, b.tables(), a.tables())
		}
		for _, at := range a.tables() {
			if !bytes.Equal(before.table(t, at), after.table(t, at)) {
				t.Fatalf("function %d: the table at %d changed", i, at)
			}
		}
	}
	if zeros := bytes.Count(after.tables, []byte{0}) - bytes.Count(before.tables, []byte{0}); zeros < len(before.tables)/2 {
		t.Errorf("of %d bytes of tables %d went, want more than half", len(before.tables), zeros)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestDropLinesRuns runs what came out.
func TestDropLinesRuns(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil || !isKnown(runtime.Version()) {
		t.Skip("not run: it takes Node and " + knownGo)
	}
	module, err := joinSegments(hello(t), segmentGap)
	if err == nil {
		module, err = dropLines(module)
	}
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "hello.wasm")
	if err := os.WriteFile(file, module, 0o644); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(must(goEnv(t.Context(), "GOROOT"))[0], "lib", "wasm", "wasm_exec_node.js")
	out, err := exec.CommandContext(t.Context(), node, script, file, "on purpose").CombinedOutput()
	text := string(out)
	if err == nil || !strings.HasPrefix(text, "hello\n") {
		t.Errorf("the program says %q, %v; want hello and a panic", text, err)
	}
	for _, want := range []string{"panic: on purpose", "main.fail", "main.main"} {
		if !strings.Contains(text, want) {
			t.Errorf("the traceback lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "main.go") {
		t.Errorf("the traceback has lines:\n%s", text)
	}
}

func TestDropLinesRefuses(t *testing.T) {
	table := func(words ...uint64) []byte {
		data := bytes.Clone(functionsMagic)
		for _, w := range words {
			data = binary.LittleEndian.AppendUint64(data, w)
		}
		return data
	}
	entries := func(index, start, name uint32) []byte {
		data := table(1, 0, 0, headSize, headSize+1, headSize+1, headSize+2, headSize+4)
		data = append(data, 0, 0, 0, 0)
		data = binary.LittleEndian.AppendUint32(data, index)
		data = binary.LittleEndian.AppendUint32(data, 8)
		data = binary.LittleEndian.AppendUint32(data, start)
		data = binary.LittleEndian.AppendUint32(data, name)
		return append(data, make([]byte, firstTable)...)
	}
	for _, row := range []struct {
		name string
		data []byte
		ok   bool
	}{
		{"one function", entries(7, 7, 0), true},
		{"no table", []byte("abc"), false},
		{"cut in the header", table(1, 0), false},
		{"parts out of order", append(table(0, 0, 0, 80, 72, 72, 72, 72), make([]byte, 100)...), false},
		{"parts outside", table(0, 0, 0, headSize, headSize, headSize, headSize, 1<<40), false},
		{"more functions than there is room for", table(9, 0, 0, headSize, headSize, headSize, headSize, headSize), false},
		{"a function that begins elsewhere", entries(7, 8, 0), false},
		{"a function without a name", entries(7, 7, 5), false},
	} {
		_, err := dropLines(module(encodeData([]segment{{8, row.data}})))
		if row.ok != (err == nil) || err != nil && !errors.Is(err, errFunctions) {
			t.Errorf("%s: dropLines = %v, want success: %t", row.name, err, row.ok)
		}
	}
}
