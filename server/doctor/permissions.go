package doctor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"timeclock/server/config"
)

// vital is the permission without which nothing can be recorded.
const vital = "Schedule.ReadWrite.All"

// needed lists the permissions that the server asks for by default.
func (x *exam) needed() []string {
	cloud := config.Cloud{GraphURL: x.Config.GraphURL}
	var list []string
	for _, scope := range cloud.Scopes() {
		if name, isGraph := strings.CutPrefix(scope, cloud.GraphURL+"/"); isGraph {
			list = append(list, name)
		}
	}
	return list
}

// lacking lists the needed permissions that are not granted. A permission may
// be written bare or behind Graph's root; ".default" stands for all that was
// consented to.
func (x *exam) lacking(granted []string) []string {
	has := map[string]bool{}
	for _, g := range granted {
		has[strings.ToLower(strings.TrimPrefix(g, x.Config.GraphURL+"/"))] = true
	}
	if has[".default"] {
		return nil
	}
	return slices.DeleteFunc(x.needed(), func(p string) bool { return has[strings.ToLower(p)] })
}

// scopes compares what is asked for at sign-in with what is needed.
func (x *exam) scopes(context.Context) Finding {
	var bad, odd []string
	for _, p := range x.lacking(x.Config.Scopes) {
		if p == "User.Read" {
			odd = append(odd, "User.Read is not asked for.")
			continue
		}
		bad = append(bad, p+" is not asked for.")
	}
	if !slices.Contains(x.Config.Scopes, "profile") {
		bad = append(bad, "profile is not asked for: without it Entra ID does not say who somebody is in Graph.")
	}
	if !slices.Contains(x.Config.Scopes, "offline_access") {
		odd = append(odd, "offline_access is not asked for: people will have to sign in again whenever an access token ends.")
	}
	const leave = "Leave the setting out to ask for what is needed, or add what is missing."
	switch {
	case len(bad) > 0:
		return failed("Sign-in does not ask for all that is needed.").with(append(bad, odd...)...).advise(leave, "OIDC_SCOPES")
	case len(odd) > 0:
		return warn("Sign-in asks for less than usual.").with(odd...).advise(leave, "OIDC_SCOPES")
	}
	f := ok("Sign-in asks for all that is needed.")
	if link := x.consent(); link != "" {
		f = f.with(vital + " needs an administrator's consent, once: " + link)
	}
	return f
}

// consent is where an administrator of an Entra ID tenant consents for all of
// its people (Microsoft identity platform, "Admin consent").
func (x *exam) consent() string {
	if !x.entra() {
		return ""
	}
	return x.Config.Cloud.Authority + "/" + x.Config.TenantID + "/adminconsent?client_id=" + url.QueryEscape(x.Config.ClientID)
}

// claims are the members of an access token that say what it is for. A client
// should not need them; here they explain what Graph will answer.
type claims struct {
	Scopes string   `json:"scp"`
	Scope  string   `json:"scope"`
	Roles  []string `json:"roles"`
}

// readClaims reads a token that is a JWT. Its signature is not looked at:
// whoever gave it says nothing here that would be believed.
func readClaims(token string) (claims, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, false
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	var c claims
	if err != nil || json.Unmarshal(text, &c) != nil {
		return claims{}, false
	}
	return c, true
}

// token looks at what the token that goes to Graph permits.
func (x *exam) token(context.Context) Finding {
	c, readable := readClaims(x.visitor.tokens.Access)
	if !readable {
		return ok("The person's token cannot be read here; what it permits shows below.")
	}
	lacking := x.lacking(strings.Fields(c.Scopes + " " + c.Scope))
	lacking = slices.DeleteFunc(lacking, func(p string) bool { return p == "User.Read" })
	if len(lacking) == 0 {
		return ok("The person's token permits what is needed.")
	}
	advice := "Let an administrator consent in the app registration (API permissions), then sign in again."
	if link := x.consent(); link != "" {
		advice = "Let an administrator open " + link + " and consent, then sign in again."
	}
	return failed(fmt.Sprintf("The person's token does not permit %s.", strings.Join(lacking, ", "))).advise(advice, "OIDC_SCOPES")
}
