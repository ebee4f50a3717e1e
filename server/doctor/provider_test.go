package doctor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestProvider changes one thing about a provider that is in order, and holds
// what is found to that one thing.
func TestProvider(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(s *stranger)
		check  string
		state  State
		pieces []string
	}{
		{"nothing", func(*stranger) {}, checkProvider, OK, []string{"answers, and its addresses can be used"}},
		{"no discovery", func(s *stranger) { s.set(discoveryPath, 404, "") }, checkProvider, Fail, []string{"answers 404", "TIMECLOCK_OIDC_ISSUER"}},
		{"a page", func(s *stranger) { s.set(discoveryPath, 200, "<html>") }, checkProvider, Fail, []string{"something else than"}},
		{"issuer", func(s *stranger) { s.metadata["issuer"] = s.URL + "/" }, checkProvider, Fail, []string{"calls itself", "slash at the end"}},
		{"no endpoints", func(s *stranger) { delete(s.metadata, "token_endpoint"); delete(s.metadata, "jwks_uri") },
			checkProvider, Fail, []string{"token_endpoint is missing.", "jwks_uri is missing."}},
		{"plain endpoint", func(s *stranger) { s.metadata["token_endpoint"] = "http://id.example.org/token" },
			checkProvider, Fail, []string{"token_endpoint is http://id.example.org/token, must be https."}},
		{"moved", func(s *stranger) {
			s.answers[discoveryPath] = http.RedirectHandler("https://id.example.org/", 302).ServeHTTP
		},
			checkProvider, Fail, []string{"redirects to another place"}},

		{"no PKCE said", func(s *stranger) { delete(s.metadata, "code_challenge_methods_supported") }, checkMethods, OK, []string{"Of PKCE the provider says nothing"}},
		{"plain PKCE", func(s *stranger) { s.metadata["code_challenge_methods_supported"] = []string{"plain"} },
			checkMethods, Fail, []string{"PKCE with S256"}},
		{"no query", func(s *stranger) { s.metadata["response_modes_supported"] = []string{"form_post"} },
			checkMethods, Fail, []string{"answer in the query"}},
		{"no code", func(s *stranger) { s.metadata["response_types_supported"] = []string{"id_token"} },
			checkMethods, Fail, []string{"authorization code grant"}},
		{"basic only", func(s *stranger) {
			s.metadata["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic"}
		}, checkMethods, Fail, []string{"does not take client_secret_post"}},
		{"no sign-out", func(s *stranger) { delete(s.metadata, "end_session_endpoint") }, checkMethods, Warn, []string{"stay signed in there"}},

		{"no keys", func(s *stranger) { s.set("/keys", 200, `{"keys":[]}`) }, checkSigning, Fail, []string{"holds none"}},
		{"keys fail", func(s *stranger) { s.set("/keys", 503, "") }, checkSigning, Fail, []string{"answers 503"}},

		{"Graph lets in", func(s *stranger) { s.set("/graph/v1.0/me", 200, "{}") }, checkGraph, Warn, []string{"lets anybody in"}},
		{"no Graph", func(s *stranger) { s.set("/graph/v1.0/me", 404, "") }, checkGraph, Fail, []string{"answers 404", "TIMECLOCK_GRAPH_URL"}},
		{"Graph fails", func(s *stranger) { s.set("/graph/v1.0/me", 503, "") }, checkGraph, Fail, []string{"fails at the moment"}},
		{"cut", func(s *stranger) {
			s.answers["/graph/v1.0/me"] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
		}, checkGraph, Fail, []string{"No answer from"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStranger(t)
			test.change(s)
			r := s.doctor(t).Examine(t.Context())
			want(t, r, test.check, test.state, test.pieces...)
			others(t, r, test.check)
		})
	}
}

// TestCredentials: what each refusal means with either access.
func TestCredentials(t *testing.T) {
	refuse := func(code string, numbers ...int) string {
		text, err := json.Marshal(map[string]any{"error": code, "error_codes": numbers, "error_description": "no " + clientSecret})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, test := range []struct {
		status      int
		body        string
		delegated   State
		application State
		pieces      []string // with delegated access
	}{
		{401, refuse("invalid_client"), Fail, Fail, []string{"(invalid_client)", "Make a new client secret", `TIMECLOCK_CLIENT_SECRET","TIMECLOCK_CLIENT_ID`}},
		{200, refuse("invalid_client"), Fail, Fail, []string{"(invalid_client)"}},
		{401, refuse("invalid_client", 7000215), Fail, Fail, []string{"AADSTS7000215", "the value of the client secret, not its id"}},
		{401, refuse("invalid_client", 7000222), Fail, Fail, []string{"has expired"}},
		{400, refuse("unauthorized_client", 700016), Fail, Fail, []string{"knows no application", "TIMECLOCK_TENANT_ID"}},
		{400, refuse("invalid_request", 90002), Fail, Fail, []string{"no such tenant"}},
		{400, refuse("unauthorized_client"), OK, Fail, []string{"delegated access needs none"}},
		{400, refuse("unsupported_grant_type"), NotRun, Fail, []string{"Sign in once"}},
		{400, refuse("invalid_scope"), Warn, Fail, []string{"/graph/.default", "TIMECLOCK_GRAPH_URL"}},
		{400, refuse("odd error\x1b[31m"), Fail, Fail, []string{"an error of its own"}},
		{503, refuse("temporarily_unavailable"), Fail, Fail, []string{"status 503", "Try again later"}},
		{500, "<html>", Fail, Fail, []string{"answers 500"}},
		{200, `{"token_type":"Bearer"}`, Fail, Fail, []string{"answers 200"}},
		{200, `[]`, Fail, Fail, []string{"answers 200"}},
	} {
		for access, state := range map[string]State{"delegated": test.delegated, "application": test.application} {
			t.Run(fmt.Sprint(test.status, test.body, access), func(t *testing.T) {
				s := newStranger(t)
				s.set("/token", test.status, test.body)
				r := s.doctor(t, "--graph-access", access).Examine(t.Context())
				pieces := test.pieces
				if access == "application" {
					pieces = nil
				}
				want(t, r, checkCredentials, state, pieces...)
				others(t, r, checkCredentials)
				if text := texts(t, r); strings.Contains(text, "hush") || strings.Contains(text, "\x1b") {
					t.Errorf("the report shows what it must not:\n%s", text)
				}
			})
		}
	}
}
