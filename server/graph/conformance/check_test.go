package conformance_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/uuid"

	"timeclock/server/sandbox/tape"
)

// kind is what a finding is about.
type kind string

const (
	path     kind = "path"             // nothing of the kind is described
	query    kind = "query"            // an option that is not documented
	header   kind = "header"           // of a request, beyond what is allowed
	body     kind = "body"             // does not fit its schema
	readOnly kind = "read-only member" // sent although only the server may
	stranger kind = "unknown member"   // of an object that is not open
	status   kind = "status"           // not a documented one
)

// finding is a place where an exchange departs from the description.
type finding struct {
	kind  kind
	where string // request or answer, and the place within
	what  string
	x     tape.Exchange
	op    *described // nil when nothing is described
}

func (f finding) String() string {
	return fmt.Sprintf("%s %s?%s (%s): %s at %s: %s", f.x.Method, f.x.Path, f.x.Query, f.x.Program, f.kind, f.where, f.what)
}

// replaces reports whether the finding is in the body of a replace.
func (f finding) replaces() bool {
	return f.x.Method == http.MethodPut && strings.HasPrefix(f.where, "request")
}

// documents reports whether the pages give this status to the operation.
func (f finding) documents(code string) bool {
	if f.op == nil {
		return false
	}
	list, _ := words(f.op.Operation.Extensions, "x-documented-status")
	return slices.Contains(list, code)
}

// at reports whether the exchange is with the path of a template.
func (f finding) at(template string) bool {
	_, rest := versioned(f.x.Path)
	_, ok := match(template, rest)
	return ok
}

// clients reports whether the project's client made the request; others are
// tests that speak for themselves, and may ask for anything.
func clients(x tape.Exchange) bool { return strings.HasPrefix(x.Header.Get("User-Agent"), "timeclock") }

// check gives everything about the exchange that departs from the description:
// of the request if the client made it, of the answer always.
func (d *description) check(x tape.Exchange) []finding {
	c := checking{x: x, op: d.find(x.Method, x.Path)}
	if c.op == nil {
		if clients(x) || x.Answered && x.Status < 400 {
			c.add(path, "request", "no such operation is described")
		}
		if x.Answered && x.Status >= 400 {
			c.envelope(d)
		}
		return c.found
	}
	if clients(x) {
		c.query()
		c.header()
		c.request()
	}
	if x.Answered {
		c.answer()
	}
	return c.found
}

// checking collects the findings of one exchange.
type checking struct {
	x     tape.Exchange
	op    *described
	found []finding
}

func (c *checking) add(k kind, where, format string, args ...any) {
	c.found = append(c.found, finding{kind: k, where: where, what: fmt.Sprintf(format, args...), x: c.x, op: c.op})
}

// query holds the options of the query to those that a page documents.
func (c *checking) query() {
	given, err := url.ParseQuery(c.x.Query)
	if err != nil {
		c.add(query, "request", "%v", err)
	}
	documented, listed := words(c.op.Operation.Extensions, "x-documented-query")
	for name := range given {
		described := c.op.Operation.Parameters.GetByInAndName("query", name) != nil
		known := !listed || slices.ContainsFunc(documented, func(d string) bool { return strings.EqualFold(d, name) })
		if !described || !known {
			c.add(query, "request", "option %s is not documented", name)
		}
	}
}

// allowed are the headers the client may send: what Graph documents, and what
// the transport adds.
var allowed = []string{
	"Authorization", "Accept", "Accept-Encoding", "Client-Request-Id", "Connection",
	"Content-Length", "Content-Type", "Ms-App-Acts-As", "User-Agent",
}

func (c *checking) header() {
	for name := range c.x.Header {
		if !slices.Contains(allowed, name) {
			c.add(header, "request", "%s is sent", name)
		}
	}
	if c.x.Header.Get("Authorization") == "" {
		c.add(header, "request", "Authorization is missing")
	}
	if id := c.x.Header.Get("Client-Request-Id"); uuid.Validate(id) != nil {
		c.add(header, "request", "client-request-id %q is no GUID", id)
	}
	if c.x.Header.Get("Ms-App-Acts-As") != "" && c.op.Operation.Parameters.GetByInAndName("header", "MS-APP-ACTS-AS") == nil {
		c.add(header, "request", "MS-APP-ACTS-AS is not documented here")
	}
}

// input is the request as the library takes it. The body is unpacked.
func (c *checking) input() *openapi3filter.RequestValidationInput {
	content := c.x.Body
	if strings.EqualFold(c.x.Header.Get("Content-Encoding"), "gzip") {
		if z, err := gzip.NewReader(bytes.NewReader(content)); err == nil {
			content, _ = io.ReadAll(z)
		}
	}
	u := &url.URL{Scheme: "https", Host: "graph.example", Path: c.x.Path, RawQuery: c.x.Query}
	req, err := http.NewRequest(c.x.Method, u.String(), bytes.NewReader(content))
	if err != nil {
		panic(err) // it has been a request before
	}
	req.Header = c.x.Header.Clone()
	return &openapi3filter.RequestValidationInput{
		Request: req, PathParams: c.op.parameters, Route: c.op.Route,
		Options: &openapi3filter.Options{
			MultiError: true, IncludeResponseStatus: true, RejectWhenRequestBodyNotSpecified: true,
			SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.EnableFormatValidation()},
		},
	}
}

func (c *checking) request() {
	c.sort("request", openapi3filter.ValidateRequest(context.Background(), c.input()))
	if r := c.op.Operation.RequestBody; r != nil && len(c.x.Body) > 0 {
		if media := r.Value.Content.Get("application/json"); media != nil {
			c.strangers(media.Schema, c.x.Body, "request")
		}
	}
}

func (c *checking) answer() {
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: c.input(), Status: c.x.Status, Header: c.x.AnswerHeader,
	}
	in.Options = in.RequestValidationInput.Options
	in.SetBodyBytes(c.x.Answer)
	c.sort("answer", openapi3filter.ValidateResponse(context.Background(), in))
	documented, listed := words(c.op.Operation.Extensions, "x-documented-status")
	if !listed {
		documented = []string{"200"}
		if c.op.Operation.Responses.Value("204") != nil {
			documented = []string{"204"}
		}
	}
	if c.x.Status < 300 && !slices.Contains(documented, strconv.Itoa(c.x.Status)) {
		c.add(status, "answer", "%d; documented is %v", c.x.Status, documented)
	}
	if response := c.op.Operation.Responses.Status(c.x.Status); response != nil && len(c.x.Answer) > 0 {
		if media := response.Value.Content.Get("application/json"); media != nil {
			c.strangers(media.Schema, c.x.Answer, "answer")
		}
	}
}

// envelope holds the error of a path that is not described to the common form.
func (c *checking) envelope(d *description) {
	var v any
	if err := json.Unmarshal(c.x.Answer, &v); err != nil {
		c.add(body, "answer", "%v", err)
		return
	}
	c.sort("answer", d.docs[0].Components.Schemas["microsoft.graph.ODataErrors.ODataError"].Value.VisitJSON(v, openapi3.MultiErrors()))
}

// sort turns the errors of the library into findings.
func (c *checking) sort(where string, err error) {
	if err == nil {
		return
	}
	if all := (openapi3.MultiError)(nil); errors.As(err, &all) {
		for _, one := range all {
			c.sort(where, one)
		}
		return
	}
	schema := (*openapi3.SchemaError)(nil)
	if !errors.As(err, &schema) {
		c.add(body, where, "%v", err)
		return
	}
	k := body
	if strings.Contains(schema.Reason, "readOnly") {
		k = readOnly
	}
	c.add(k, where+"/"+strings.Join(schema.JSONPointer(), "/"), "%s", schema.Reason)
}

// strangers finds members that no schema knows, in objects that are not open.
func (c *checking) strangers(ref *openapi3.SchemaRef, text []byte, where string) {
	var v any
	if json.Unmarshal(text, &v) == nil {
		c.walk(ref.Value, v, where)
	}
}

func (c *checking) walk(s *openapi3.Schema, v any, where string) {
	switch v := v.(type) {
	case []any:
		m := membersOf(c.op.Spec, s, nil)
		for i, item := range v {
			if m.items != nil {
				c.walk(m.items, item, fmt.Sprintf("%s/%d", where, i))
			}
		}
	case map[string]any:
		m := membersOf(c.op.Spec, s, v)
		for name, inner := range v {
			known := m.known[name]
			switch {
			case known != nil:
				c.walk(known, inner, where+"/"+name)
			case !m.open && !m.dropped[name] && !strings.Contains(name, "@odata."):
				c.add(stranger, where+"/"+name, "no schema knows it")
			}
		}
	}
}

// members is what a schema says of an object or a list, its parts together.
type members struct {
	known   map[string]*openapi3.Schema
	dropped map[string]bool // navigation properties the slice left out
	open    bool
	items   *openapi3.Schema
}

// membersOf joins the parts of a schema, and that of the type the object names.
func membersOf(doc *openapi3.T, s *openapi3.Schema, v map[string]any) members {
	m := members{known: map[string]*openapi3.Schema{}, dropped: map[string]bool{}}
	m.join(s)
	if name, ok := v["@odata.type"].(string); ok {
		if derived := doc.Components.Schemas[strings.TrimPrefix(name, "#")]; derived != nil {
			m.join(derived.Value)
		}
	}
	return m
}

func (m *members) join(s *openapi3.Schema) {
	for name, ref := range s.Properties {
		m.known[name] = ref.Value
	}
	names, _ := words(s.Extensions, "x-slice-dropped-properties")
	for _, name := range names {
		m.dropped[name] = true
	}
	if s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has {
		m.open = true
	}
	if s.Items != nil {
		m.items = s.Items.Value
	}
	for _, parts := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for _, part := range parts {
			m.join(part.Value)
		}
	}
}
