package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// refusal is what the token endpoint says when it gives no token (RFC 6749
// section 5.2). Codes are Entra ID's numbers, which explain and decide nothing.
type refusal struct {
	Code  string `json:"error"`
	Codes []int  `json:"error_codes"`
}

// String names the refusal by what it is made of, if that looks like a code;
// descriptions may quote what was sent.
func (r refusal) String() string {
	code := r.Code
	if code == "" || len(code) > 40 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		code = "an error of its own"
	}
	for _, number := range r.Codes[:min(len(r.Codes), 3)] {
		code += fmt.Sprintf(", AADSTS%d", number)
	}
	return code
}

// tokenAuth is how the server authenticates at the token endpoint.
func (x *exam) tokenAuth() string { return "client_secret_post" }

// credentials asks for a token of the application's own (RFC 6749 section
// 4.4), the one way to try the credentials without a person. With delegated
// access the token is good for nothing and thrown away.
func (x *exam) credentials(ctx context.Context) Finding {
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"scope":         {x.Config.GraphURL + "/.default"},
		"client_id":     {x.Config.ClientID},
		"client_secret": {x.Config.ClientSecret.Reveal()},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, x.provider.Token, strings.NewReader(form.Encode()))
	if err != nil {
		return failed("The token endpoint cannot be asked: " + brief(err.Error()) + ".")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	a, err := x.fetch(r, "the provider")
	if err != nil {
		return silent(x.provider.Token, err, x.issuerSettings()...)
	}
	var granted struct {
		refusal
		Access string `json:"access_token"`
	}
	if err := json.Unmarshal(a.body, &granted); err != nil {
		return failed(fmt.Sprintf("The token endpoint answers %d and nothing that can be read.", a.status)).
			advise("With a status from 500 on, try again later; else compare the issuer.", x.issuerSettings()...)
	}
	if a.status != http.StatusOK || granted.Code != "" || granted.Access == "" {
		return x.refused(a.status, granted.refusal)
	}
	x.hidden = append(x.hidden, granted.Access)
	return ok("The provider accepts them.")
}

// refused explains a refusal and says whether it matters: with delegated access
// what counts is whether the provider knows the client.
func (x *exam) refused(status int, r refusal) Finding {
	told := fmt.Sprintf("The provider refuses them (%s).", r)
	if advice, settings := entraAdvice(r); advice != "" {
		return failed(told).advise(advice, settings...)
	}
	switch {
	case r.Code == "invalid_client":
		return failed(told).advise("Make a new client secret in the app registration (Certificates & secrets) and give its value, "+
			"not its id. Compare the client's id: both must be of one registration.", "CLIENT_SECRET", "CLIENT_ID")
	case r.Code == "temporarily_unavailable", r.Code == "server_error", status >= 500, status == http.StatusTooManyRequests:
		return failed(fmt.Sprintf("The token endpoint fails (status %d).", status)).advise("Try again later.")
	case r.Code == "unauthorized_client":
		return ok("The provider accepts them, and lets this client have no token of its own; delegated access needs none.")
	case r.Code == "unsupported_grant_type":
		return skipped("The provider gives no client a token of its own, so that they cannot be tried without a person.").
			advise("Sign in once in a browser: that tries them.")
	case r.Code == "invalid_scope", r.Code == "invalid_resource":
		return warn(fmt.Sprintf("The provider knows no %s/.default (%s), so that they cannot be tried.", x.Config.GraphURL, r)).
			advise("Compare where Graph is with the cloud that the tenant is in.", x.graphSettings()...)
	}
	return failed(told).advise("Compare the issuer, the client's id and its secret.", append(x.issuerSettings(), "CLIENT_ID", "CLIENT_SECRET")...)
}

// entraAdvice says what some of Entra ID's numbers ask for (Microsoft identity
// platform, "Microsoft Entra authentication and authorization error codes").
func entraAdvice(r refusal) (advice string, settings []string) {
	for _, known := range []struct {
		code     int
		advice   string
		settings []string
	}{
		{7000215, "Give the value of the client secret, not its id. The value is shown only when the secret is made: " +
			"make a new one under Certificates & secrets.", []string{"CLIENT_SECRET"}},
		{7000222, "The client secret has expired. Make a new one under Certificates & secrets and give its value.", []string{"CLIENT_SECRET"}},
		{700016, "The tenant knows no application with this id. Copy \"Application (client) ID\" from the app registration, " +
			"and \"Directory (tenant) ID\" beside it.", []string{"CLIENT_ID", "TENANT_ID"}},
		{90002, "There is no such tenant in this cloud. Copy \"Directory (tenant) ID\" from the app registration.", []string{"TENANT_ID", "CLOUD"}},
	} {
		if slices.Contains(r.Codes, known.code) {
			return known.advice, known.settings
		}
	}
	return "", nil
}
