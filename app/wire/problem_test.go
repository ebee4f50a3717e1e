package wire_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"

	. "timeclock/app/wire"
)

// code is a Code as problem.go declares it.
type code struct {
	name, comment string
	value         Code
}

// declared reads the constants whose names begin with "Code" and hold a Code.
func declared(t *testing.T) []code {
	t.Helper()
	var codes []code
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 || fmt.Sprint(spec.Type) != "Code" {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil || spec.Values[0].(*ast.BasicLit).Kind != token.STRING {
				t.Fatalf("%s is not a string", spec.Names[0])
			}
			codes = append(codes, code{spec.Names[0].Name, spec.Comment.Text(), Code(value)})
			return true
		})
	}
	if len(codes) < 20 {
		t.Fatalf("found only %d codes", len(codes))
	}
	return codes
}

func TestCodesAreUnique(t *testing.T) {
	seen := map[Code]string{}
	for _, c := range declared(t) {
		if first, twice := seen[c.value]; twice {
			t.Errorf("%s and %s are both %q", first, c.name, c.value)
		}
		seen[c.value] = c.name
		if c.value == "" || strings.Trim(string(c.value), "abcdefghijklmnopqrstuvwxyz_") != "" {
			t.Errorf("%s = %q, want small letters and underscores", c.name, c.value)
		}
	}
}

// TestStatuses holds the table against what each code's comment promises.
func TestStatuses(t *testing.T) {
	for _, c := range declared(t) {
		got := StatusOf(c.value)
		if c.value == CodeOffline {
			if got != http.StatusInternalServerError {
				t.Errorf("StatusOf(%s) = %d, but it is never sent", c.name, got)
			}
			continue
		}
		number, _, _ := strings.Cut(c.comment, ":")
		want, err := strconv.Atoi(number)
		if err != nil {
			t.Errorf("the comment of %s begins %q, want its status", c.name, number)
			continue
		}
		if got != want || got < 400 || http.StatusText(got) == "" {
			t.Errorf("StatusOf(%s) = %d, its comment says %d", c.name, got, want)
		}
		if p := ProblemOf(c.value, "title"); p.Status != want || p.Code != c.value {
			t.Errorf("ProblemOf(%s) = %+v", c.name, p)
		}
	}
	if got := StatusOf("made up"); got != http.StatusInternalServerError {
		t.Errorf("StatusOf of an unknown code = %d, want 500", got)
	}
}

func TestProblemIsAnError(t *testing.T) {
	err := fmt.Errorf("read cards: %w", ProblemOf(CodeGraphDown, "cannot be reached"))
	var p *Problem
	if !errors.As(err, &p) || p.Code != CodeGraphDown || p.Type != "urn:timeclock:problem:graph_unavailable" {
		t.Errorf("errors.As(%v) = %+v", err, p)
	}
	if got, want := p.Error(), "graph_unavailable: cannot be reached"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}
