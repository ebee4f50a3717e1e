package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"timeclock/server/auth"
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

// recorder keeps the answer to the last POST, which is the token endpoint's.
type recorder struct {
	exam   *exam
	next   http.RoundTripper
	posted answer
}

// RoundTrip implements http.RoundTripper.
func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	asked := r.exam.Now()
	resp, err := r.next.RoundTrip(request)
	if err != nil || request.Method != http.MethodPost {
		return resp, err
	}
	defer resp.Body.Close()
	r.exam.readClock("the provider", resp.Header, asked, r.exam.Now())
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	r.posted = answer{resp.StatusCode, resp.Header, body}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// credentials asks for a token of the application's own (RFC 6749 section
// 4.4), as the server does, and the one way to try the credentials without a
// person. With delegated access the token is good for nothing and thrown away.
func (x *exam) credentials(ctx context.Context) Finding {
	certificate, bad := x.certificate()
	if bad.State == Fail {
		return bad
	}
	tape := &recorder{exam: x, next: x.transport()}
	provider, err := auth.NewProvider(auth.Config{
		Issuer: x.Config.Issuer, ClientID: x.Config.ClientID, ClientSecret: x.Config.ClientSecret.Reveal(),
		Certificate: certificate, PublicURL: x.Config.URL, Now: x.Now, Log: slog.New(slog.DiscardHandler), Transport: tape,
	})
	if err != nil {
		return failed("They cannot be tried: "+brief(err.Error())+".").advise("Compare the issuer.", x.issuerSettings()...)
	}
	token, err := auth.NewApplication(provider, x.Config.GraphScope()).Token(ctx)
	switch {
	case err == nil:
		x.own, x.hidden = token, append(x.hidden, token)
		return bad.or(ok("The provider accepts them."))
	case tape.posted.status == 0:
		return silent(x.provider.Token, err, x.issuerSettings()...)
	}
	var r refusal
	if err := json.Unmarshal(tape.posted.body, &r); err != nil || r.Code == "" && tape.posted.status < 300 {
		return failed(fmt.Sprintf("The token endpoint answers %d and nothing that can be used.", tape.posted.status)).
			advise("With a status from 500 on, try again later; else compare the issuer.", x.issuerSettings()...)
	}
	return x.refused(tape.posted.status, r)
}

// soon is how long before its end a certificate is to be renewed.
const soon = 30 * 24 * time.Hour

// certificate reads the certificate, if that is the credential, and says so
// when its time is up or nearly.
func (x *exam) certificate() (*auth.Certificate, Finding) {
	if !x.Config.ClientPair.IsSet() {
		return nil, Finding{}
	}
	const renew = "Make a new certificate, upload it to the app registration beside the old one, and name it here."
	c, err := auth.ParseCertificate([]byte(x.Config.ClientPair.Reveal()))
	if err != nil {
		return nil, failed("The certificate cannot be used: "+brief(err.Error())+".").advise(renew, "CLIENT_CERT", "CLIENT_KEY")
	}
	left, day := c.Expires().Sub(x.Now()), c.Expires().UTC().Format(time.DateOnly)
	switch {
	case left <= 0:
		return nil, failed("The certificate ended on "+day+".").advise(renew, "CLIENT_CERT", "CLIENT_KEY")
	case left < soon:
		return c, warn("The provider accepts them, and the certificate ends on "+day+".").advise(renew, "CLIENT_CERT", "CLIENT_KEY")
	}
	return c, Finding{}
}

// refused explains a refusal and says whether it matters: with delegated access
// what counts is whether the provider knows the client.
func (x *exam) refused(status int, r refusal) Finding {
	told := fmt.Sprintf("The provider refuses them (%s).", r)
	if advice, settings := entraAdvice(r); advice != "" {
		return failed(told).advise(advice, settings...)
	}
	switch {
	case r.Code == "invalid_client" && x.tokenAuth() == keyJWT:
		return failed(told).advise("Upload the certificate to the app registration (Certificates & secrets). "+
			"Compare the client's id: both must be of one registration.", "CLIENT_CERT", "CLIENT_ID")
	case r.Code == "invalid_client":
		return failed(told).advise("Make a new client secret in the app registration (Certificates & secrets) and give its value, "+
			"not its id. Compare the client's id: both must be of one registration.", "CLIENT_SECRET", "CLIENT_ID")
	case r.Code == "temporarily_unavailable", r.Code == "server_error", status >= 500, status == http.StatusTooManyRequests:
		return failed(fmt.Sprintf("The token endpoint fails (status %d).", status)).advise("Try again later.", x.issuerSettings()...)
	case x.application():
		return failed(fmt.Sprintf("The provider gives the application no token of its own (%s).", r)).
			advise("Allow the client to use client credentials for "+x.Config.GraphURL+", or choose delegated access.", "GRAPH_ACCESS", "GRAPH_URL")
	}
	return x.untried(told, r)
}

// untried is what a refusal means when the token would have been of no use.
func (x *exam) untried(told string, r refusal) Finding {
	switch r.Code {
	case "unauthorized_client":
		return ok("The provider accepts them, and lets this client have no token of its own; delegated access needs none.")
	case "unsupported_grant_type":
		return skipped("The provider gives no client a token of its own, so that they cannot be tried without a person.").
			advise("Sign in once in a browser: that tries them.")
	case "invalid_scope", "invalid_resource", "invalid_target":
		return warn(fmt.Sprintf("The provider knows no %s (%s), so that they cannot be tried.", x.Config.GraphScope(), r)).
			advise("Compare where Graph is with the cloud that the tenant is in.", x.graphSettings()...)
	}
	return failed(told).advise("Compare the issuer, the client's id and its credentials.", append(x.issuerSettings(), "CLIENT_ID")...)
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
		{700027, "The tenant does not know the certificate. Upload it to the app registration (Certificates & secrets).",
			[]string{"CLIENT_CERT"}},
		{90002, "There is no such tenant in this cloud. Copy \"Directory (tenant) ID\" from the app registration.", []string{"TENANT_ID", "CLOUD"}},
	} {
		if slices.Contains(r.Codes, known.code) {
			return known.advice, known.settings
		}
	}
	return "", nil
}
