package auth_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	quoted   = regexp.MustCompile("`([^`]+)`")
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestStandardsNameWhatThereIs: each file and test in standards.md exists.
func TestStandardsNameWhatThereIs(t *testing.T) {
	text, err := os.ReadFile("standards.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, root := testNames(t), filepath.Join("..", "..")
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || !strings.Contains(line, "`") {
			continue
		}
		rows++
		for _, file := range quoted.FindAllStringSubmatch(cells[1], -1) {
			if _, err := os.Stat(filepath.Join(root, file[1])); err != nil {
				t.Errorf("%s: %v", cells[0], err)
			}
		}
		for _, name := range quoted.FindAllStringSubmatch(cells[2], -1) {
			if !tests[name[1]] {
				t.Errorf("%s: there is no test %s", cells[0], name[1])
			}
		}
	}
	if rows < 40 {
		t.Errorf("%d rows were read", rows)
	}
}

// testNames are the tests of the module, and the rows of TestConformance.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllStringSubmatch(string(source), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for plan, rows := range plans() {
		for _, r := range rows {
			names["TestConformance/"+plan+"/"+r.name] = true
		}
	}
	return names
}
