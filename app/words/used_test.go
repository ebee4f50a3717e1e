package words

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// TestEveryKeyIsUsed reads the sources of the whole module: a text that
// nothing shows only misleads whoever translates it.
func TestEveryKeyIsUsed(t *testing.T) {
	text := sources(t)
	names := map[string]bool{}
	for _, name := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		names[name] = true
	}
	keys := constants(t, "keys.go", "")
	maps.Copy(keys, constants(t, "keys_desk.go", ""))
	for name, value := range keys {
		if !names[name] && !strings.Contains(text, `"`+value+`"`) {
			t.Errorf("%s (%q) is used nowhere", name, value)
		}
	}
}

// sources gives all program text but that in which keys and texts are
// declared, and tests.
func sources(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, root := range []string{"../../app", "../../server", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isSource(path) {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatalf("read the sources: %v", err)
		}
	}
	return all.String()
}

func isSource(path string) bool {
	declares := filepath.Base(filepath.Dir(path)) == "words" &&
		(strings.HasPrefix(filepath.Base(path), "keys") || strings.HasPrefix(filepath.Base(path), "english"))
	return !declares && !strings.HasSuffix(path, "_test.go") && (strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".html"))
}
