package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestServersSpeakByBook: a server speaks many languages at once, and the sandbox
// draws its gallery meanwhile; neither may speak by the one that is in use.
func TestServersSpeakByBook(t *testing.T) {
	ambient := map[string]bool{}
	for _, file := range []string{"inuse.go", "joint.go"} {
		parsed := parsed(t, token.NewFileSet(), file)
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				ambient[f.Name.Name] = true
			}
		}
	}
	read := 0
	for _, root := range []string{"../../server", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.Contains(filepath.ToSlash(path), "/sandbox/gallery/") {
				return err
			}
			files := token.NewFileSet()
			ast.Inspect(parsed(t, files, path), func(n ast.Node) bool {
				f, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if from, ok := f.X.(*ast.Ident); ok && from.Name == "words" {
					if read++; ambient[f.Sel.Name] {
						t.Errorf("%s speaks by the language in use: words.%s", files.Position(f.Pos()), f.Sel.Name)
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read == 0 || len(ambient) == 0 {
		t.Errorf("%d functions of the language in use, %d uses of this package: this test reads them wrongly", len(ambient), read)
	}
}

func parsed(t *testing.T, files *token.FileSet, path string) *ast.File {
	t.Helper()
	parsed, err := parser.ParseFile(files, path, nil, 0)
	if err != nil {
		t.Fatalf("parse %s: %v", path, err)
	}
	return parsed
}
