package tenant_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"timeclock/server/sandbox/tenant"
)

// TestDocumentedOperations: the package comment lists what can be called.
func TestDocumentedOperations(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, o := range tenant.Operations() {
		path := o.Path
		if o.Beta {
			path += " (beta)"
		}
		fmt.Fprintf(&want, "//\t%-6s %-66s %3d  %-22s %s\n", o.Method, path, o.Status, cmp.Or(o.Person, "-"), cmp.Or(o.App, "-"))
	}
	if !strings.Contains(string(text), want.String()) {
		t.Errorf("doc.go lacks, or has otherwise:\n%s", want.String())
	}
}
