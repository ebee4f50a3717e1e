package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// absent are the packages of the standard library that go-app mentions and the
// browser program never reaches, with all that they draw in (TLS, X.509, the
// resolver): a third of what is sent. Packages below folder absent stand in for
// them. Should go-app or the program mention more of them, that does not compile.
var absent = []string{"net/http", "regexp"}

// standIn is the file that stands in for a package.
func (b *builder) standIn(pkg string) string {
	name := pkg[strings.LastIndex(pkg, "/")+1:]
	return filepath.Join(b.module, "cmd", "build", "absent", name, name+".go")
}

// overlay writes into dir the file that has the compiler take the stand-ins, for
// the toolchain that knownGo is; any other compiles the packages as they are.
func (b *builder) overlay(dir string) (flags []string, err error) {
	if !isKnown(b.version) {
		return nil, nil
	}
	replace := map[string]string{}
	for _, pkg := range absent {
		home := filepath.Join(b.goroot, "src", filepath.FromSlash(pkg))
		files, err := filepath.Glob(filepath.Join(home, "*.go"))
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("%s is not in %s: %w", pkg, home, err)
		}
		for _, file := range files {
			replace[file] = ""
		}
		replace[filepath.Join(home, "absent.go")] = b.standIn(pkg)
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "overlay.json")
	return []string{"-overlay", file}, os.WriteFile(file, text, 0o600)
}
