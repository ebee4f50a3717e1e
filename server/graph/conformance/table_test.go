package conformance_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"timeclock/server/graph"
)

// TestSliceOwnsToNothingNew: each line in which a description owns to having
// been altered has its row in the table of differences.
func TestSliceOwnsToNothingNew(t *testing.T) {
	for _, doc := range describe(t).docs {
		lines, ok := words(doc.Info.Extensions, "x-slice-modifications")
		if !ok {
			t.Errorf("%s tells nothing of how it was made", doc.Info.Title)
		}
		for _, line := range lines {
			known := slices.ContainsFunc(differences, func(row difference) bool {
				return row.slice != "" && strings.Contains(line, row.slice)
			})
			if !known && !strings.Contains(line, "see info.x-beta-delta") {
				t.Errorf("%s: %q has no row in the table of differences", doc.Info.Title, line)
			}
		}
	}
}

// notDescribed are operations of the client that have a page but no place in
// the descriptions at hand.
var notDescribed = []string{"user", "joinedTeams of a user", "photo", "photo of a user"}

// TestOperationsAreDescribed compares the client's table with the descriptions:
// method, path and the documented status.
func TestOperationsAreDescribed(t *testing.T) {
	d := describe(t)
	for _, o := range graph.Operations() {
		version := "/v1.0"
		if o.Beta {
			version = "/beta"
		}
		op := d.find(o.Method, version+o.Path)
		if op == nil {
			if !slices.Contains(notDescribed, o.Name) {
				t.Errorf("%s: %s %s is not described", o.Name, o.Method, o.Path)
			}
			continue
		}
		if spelled := unnamed(op.Path); spelled != unnamed(o.Path) {
			t.Errorf("%s: path %s is published as %s", o.Name, o.Path, op.Path)
		}
		want, listed := words(op.Operation.Extensions, "x-documented-status")
		if listed && !slices.Equal(want, []string{strconv.Itoa(o.Status)}) {
			t.Errorf("%s: status %d, documented %v", o.Name, o.Status, want)
		}
		if !listed && op.Operation.Responses.Status(o.Status) == nil {
			t.Errorf("%s: no answer with status %d is described", o.Name, o.Status)
		}
		if o.Beta && d.find(o.Method, "/v1.0"+o.Path) != nil {
			t.Errorf("%s is called in beta, but v1.0 has it", o.Name)
		}
	}
}

// TestOperationsAreDocumented compares the table with operations.json, the
// pages' own account, where names and statuses are given.
func TestOperationsAreDocumented(t *testing.T) {
	pages := documented(t)
	for _, o := range graph.Operations() {
		version := "v1.0"
		if o.Beta {
			version = "beta"
		}
		page, ok := pages[version][o.Name]
		if !ok {
			continue
		}
		if page.Method != o.Method || unnamed(page.Path) != unnamed(o.Path) || page.Status != o.Status {
			t.Errorf("%s: %s %s %d, the page has %s %s %d", o.Name, o.Method, o.Path, o.Status, page.Method, page.Path, page.Status)
		}
		if page.BetaOnly != o.Beta {
			t.Errorf("%s: beta only is %v, on the page %v", o.Name, o.Beta, page.BetaOnly)
		}
	}
	for name := range pages["v1.0"] {
		if !slices.ContainsFunc(graph.Operations(), func(o graph.Operation) bool { return o.Name == name }) {
			t.Errorf("the client has no operation %s", name)
		}
	}
}

// page is what operations.json says of one operation.
type page struct {
	Method   string `json:"method"`
	Path     string `json:"path"`
	Status   int    `json:"status"`
	BetaOnly bool   `json:"betaOnly"`
}

// documented reads operations.json: version, name, page.
func documented(t testing.TB) map[string]map[string]page {
	t.Helper()
	var raw map[string]json.RawMessage
	readJSON(t, "examples/operations.json", &raw)
	all := map[string]map[string]page{}
	for _, version := range []string{"v1.0", "beta"} {
		var pages map[string]page
		if err := json.Unmarshal(raw[version], &pages); err != nil || len(pages) == 0 {
			t.Fatalf("operations.json has %d operations of %s: %v", len(pages), version, err)
		}
		all[version] = pages
	}
	return all
}

// readJSON reads a file of the published folder, or skips the test.
func readJSON(t testing.TB, name string, v any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(published(t), name))
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
}

// unnamed takes the names out of the places of ids: they differ everywhere.
func unnamed(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = "{id}"
		}
	}
	return strings.Join(segments, "/")
}

// notLeast are permissions asked for although a lesser one is published.
var notLeast = map[string]string{
	"members Application TeamMember.Read.All":          "the lesser one is consented to in each team by its owner, and a time clock serves every team",
	"photo of a user DelegatedWork User.ReadBasic.All": "User.Read is published as enough for other people's pictures, against its own meaning and the page",
}

// TestPermissionsArePublished: the permission that the table names for each
// operation is the least that the published permissions have for its path.
func TestPermissionsArePublished(t *testing.T) {
	type grants struct{ Least, Higher []string }
	var file struct {
		Paths map[string]map[string]map[string]grants `json:"paths"`
	}
	readJSON(t, "permissions.json", &file)
	used := map[string]bool{}
	for _, o := range graph.Operations() {
		// The file has one row for a picture and its bytes.
		path := strings.TrimSuffix(strings.ToLower(unnamed(o.Path)), "/$value")
		for scheme, permission := range map[string]string{"DelegatedWork": o.Permission, "Application": o.Role} {
			if permission == "" {
				continue
			}
			g := file.Paths[path][o.Method][scheme]
			if least(g.Least, o.Method) == permission {
				continue
			}
			row := o.Name + " " + scheme + " " + permission
			used[row] = true
			if notLeast[row] == "" || !slices.Contains(g.Higher, permission) {
				t.Errorf("%s: %s is not the least permission of %s %s: %+v", o.Name, permission, o.Method, path, g)
			}
		}
		if o.Permission == "" && o.Role == "" {
			t.Errorf("%s names no permission", o.Name)
		}
	}
	for row := range notLeast {
		if !used[row] {
			t.Errorf("%q is the least permission after all, or nobody asks for it", row)
		}
	}
}

// least picks from the permissions flagged as least. The flags are given for
// sets of methods together: beside one that reads, one that writes is not the
// least to read with.
func least(flagged []string, method string) string {
	if len(flagged) > 1 && method == "GET" {
		flagged = slices.DeleteFunc(slices.Clone(flagged), func(p string) bool { return strings.Contains(p, "ReadWrite") })
	}
	if len(flagged) != 1 {
		return ""
	}
	return flagged[0]
}
