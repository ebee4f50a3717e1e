package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestNoScreenWritesItsOwnTexts reads the sources of the screens: what a person
// reads has to come from a Book, or it is in one language for everybody.
func TestNoScreenWritesItsOwnTexts(t *testing.T) {
	calls := 0
	for _, root := range []string{"../ui", "../page", "../desk"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			parsed, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				for _, lit := range shownBy(n) {
					calls++
					if text, _ := strconv.Unquote(lit.Value); strings.ContainsFunc(text, unicode.IsLetter) {
						t.Errorf("%s writes %s", files.Position(lit.Pos()), lit.Value)
					}
				}
				for _, lit := range joints(n) {
					if text, _ := strconv.Unquote(lit.Value); text != "" && text != ":" && text != "." && strings.Trim(text, " ,;.:") == "" {
						t.Errorf("%s joins texts by %s", files.Position(lit.Pos()), lit.Value)
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
	if calls == 0 {
		t.Error("no screen shows any literal, not even a sign: this test reads them wrongly")
	}
}

// shownBy gives the literals that n shows: arguments of the methods that write
// text or attributes that are read out, and members of the components so named.
func shownBy(n ast.Node) []*ast.BasicLit {
	switch n := n.(type) {
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || len(n.Args) == 0 {
			return nil
		}
		switch f.Sel.Name {
		case "Text", "Textf", "Title", "Alt", "Placeholder", "Unseen":
			return literalsIn(n.Args[0])
		case "Aria":
			if name := literalsIn(n.Args[0]); len(n.Args) == 2 && len(name) == 1 && (name[0].Value == `"label"` || name[0].Value == `"description"`) {
				return literalsIn(n.Args[1])
			}
		}
	case *ast.KeyValueExpr:
		key, ok := n.Key.(*ast.Ident)
		if !ok {
			return nil
		}
		switch key.Name {
		case "Label", "Title", "Text", "Sub", "Spoken", "What", "Do", "Mark", "Wait", "Hint", "Error":
			return literalsIn(n.Value)
		}
	}
	return nil
}

// literalsIn gives the string literals that an expression is put together from;
// not those that are handed to a function.
func literalsIn(e ast.Expr) []*ast.BasicLit {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return []*ast.BasicLit{e}
		}
	case *ast.BinaryExpr:
		return append(literalsIn(e.X), literalsIn(e.Y)...)
	case *ast.CompositeLit:
		var all []*ast.BasicLit
		for _, element := range e.Elts {
			all = append(all, literalsIn(element)...)
		}
		return all
	}
	return nil
}

// joints gives the literals by which n joins texts: how sentences follow each other,
// and what stands between the parts of a list, is a matter of language.
func joints(n ast.Node) []*ast.BasicLit {
	switch n := n.(type) {
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "Join" && len(n.Args) == 2 {
			return literalsIn(n.Args[1])
		}
	case *ast.BinaryExpr:
		if lit, ok := n.Y.(*ast.BasicLit); ok && n.Op == token.ADD && lit.Kind == token.STRING {
			return []*ast.BasicLit{lit}
		}
	}
	return nil
}
