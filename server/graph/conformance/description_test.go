package conformance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
)

// published gives the folder of the published descriptions, or skips the test.
func published(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TIMECLOCK_GRAPH_DESCRIPTIONS")
	if dir == "" {
		t.Skip("not run: no published descriptions (set TIMECLOCK_GRAPH_DESCRIPTIONS)")
	}
	return dir
}

// description is what is published of Graph's operations, as the table of
// differences wants it read.
type description struct {
	docs    []*openapi3.T
	changed map[string]int // by the name of a difference, how often it applied
}

// described is one operation in a description.
type described struct {
	*routers.Route
	parameters map[string]string // of the path
}

var load = sync.OnceValues(func() (*description, error) {
	d := &description{changed: map[string]int{}}
	for _, name := range []string{"openapi-v1.0.yaml", "openapi-v1.0-extras.yaml", "openapi-beta.yaml"} {
		doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(os.Getenv("TIMECLOCK_GRAPH_DESCRIPTIONS"), name))
		if err != nil {
			return nil, fmt.Errorf("load %s: %w", name, err)
		}
		for _, row := range differences {
			if row.read != nil {
				d.changed[row.name] += readAs(doc, row.read)
			}
		}
		d.docs = append(d.docs, doc)
	}
	return d, nil
})

// describe loads the published descriptions, or skips the test.
func describe(t testing.TB) *description {
	t.Helper()
	published(t)
	d, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// readAs lets change alter every schema of the document in place and counts
// those it altered.
func readAs(doc *openapi3.T, change func(*openapi3.Schema) bool) int {
	n, seen := 0, map[*openapi3.Schema]bool{}
	var walk func(*openapi3.SchemaRef)
	walk = func(ref *openapi3.SchemaRef) {
		if ref == nil || ref.Value == nil || seen[ref.Value] {
			return
		}
		s := ref.Value
		seen[s] = true
		if change(s) {
			n++
		}
		for _, all := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf, {s.Items}} {
			for _, inner := range all {
				walk(inner)
			}
		}
		for _, inner := range s.Properties {
			walk(inner)
		}
	}
	for _, ref := range doc.Components.Schemas {
		walk(ref)
	}
	for _, item := range doc.Paths.Map() {
		for _, o := range item.Operations() {
			for _, ref := range bodies(o) {
				walk(ref)
			}
		}
	}
	return n
}

// bodies gives the schemas of what an operation takes and answers.
func bodies(o *openapi3.Operation) []*openapi3.SchemaRef {
	var all []*openapi3.SchemaRef
	if o.RequestBody != nil {
		for _, media := range o.RequestBody.Value.Content {
			all = append(all, media.Schema)
		}
	}
	for _, answer := range o.Responses.Map() {
		for _, media := range answer.Value.Content {
			all = append(all, media.Schema)
		}
	}
	return all
}

// versioned cuts a path behind the version of Graph, which may stand below a
// root of its own.
func versioned(path string) (version, rest string) {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s = strings.ToLower(s); s == "v1.0" || s == "beta" {
			return s, "/" + strings.Join(segments[i+1:], "/")
		}
	}
	return "", path
}

// find gives the operation that method and path call. It is nil when none is
// described.
func (d *description) find(method, path string) *described {
	version, rest := versioned(path)
	var found *described
	for _, doc := range d.docs {
		if version == "" || doc.Info.Version != version && !extras(doc) {
			continue
		}
		for name, item := range doc.Paths.Map() {
			parameters, ok := match(name, rest)
			if !ok || found != nil && len(parameters) >= len(found.parameters) {
				continue
			}
			found = &described{&routers.Route{
				Spec: doc, Server: doc.Servers[0], Path: name, PathItem: item, Method: method, Operation: item.GetOperation(method),
			}, parameters}
		}
	}
	if found == nil || found.Operation == nil {
		return nil
	}
	return found
}

// extras reports whether the description adds to the others what stands beside
// time cards. There is one, of v1.0; beta answers the same there.
func extras(doc *openapi3.T) bool { return strings.Contains(doc.Info.Title, "extras") }

// match compares a path with a template, segment by segment in any case. With
// fewer parameters filled the match is the better one.
func match(template, path string) (map[string]string, bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	parameters := map[string]string{}
	for i, segment := range want {
		switch {
		case strings.HasPrefix(segment, "{"):
			parameters[strings.Trim(segment, "{}")] = got[i]
		case !strings.EqualFold(segment, got[i]):
			return nil, false
		}
	}
	return parameters, true
}

// words reads an extension that is a list of words, such as
// x-documented-status; ok tells whether it is there.
func words(extensions map[string]any, name string) (list []string, ok bool) {
	all, ok := extensions[name].([]any)
	for _, word := range all {
		list = append(list, fmt.Sprint(word))
	}
	return list, ok
}
