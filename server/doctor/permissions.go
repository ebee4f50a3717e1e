package doctor

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"timeclock/server/graph"
)

// vital is the permission without which nothing can be recorded.
const vital = "Schedule.ReadWrite.All"

// owners is the permission without which people can do all but supervise the
// teams they own.
const owners = "TeamMember.Read.All"

// The calls that the product makes for everybody, by their names in package
// graph, where it stands what each of them needs.
var (
	personCalls      = []string{"clockIn", "joinedTeams", "members"}
	applicationCalls = []string{"clockIn", "joinedTeams of a user", "members"}
)

// needed lists the permissions of whoever asks Graph.
func (x *exam) needed() []string {
	var list []string
	for _, o := range graph.Operations() {
		switch {
		case x.application() && slices.Contains(applicationCalls, o.Name):
			list = append(list, o.Role)
		case !x.application() && slices.Contains(personCalls, o.Name):
			list = append(list, o.Permission)
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

// permissionSettings names the settings that decide what Graph permits.
func (x *exam) permissionSettings() []string {
	if x.application() {
		return []string{"GRAPH_ACCESS", "CLIENT_ID"}
	}
	return []string{"OIDC_SCOPES"}
}

// scopes compares what is asked for at sign-in with what is needed.
func (x *exam) scopes(context.Context) Finding {
	var bad, odd []string
	if !slices.Contains(x.Config.Scopes, "profile") {
		bad = append(bad, "profile is not asked for: without it Entra ID does not say who somebody is in Graph.")
	}
	if !x.application() {
		for _, p := range x.lacking(x.Config.Scopes) {
			if p == owners {
				odd = append(odd, p+" is not asked for: owners of a team will not be its supervisors.")
				continue
			}
			bad = append(bad, p+" is not asked for.")
		}
		if !slices.Contains(x.Config.Scopes, "offline_access") {
			odd = append(odd, "offline_access is not asked for: people will have to sign in again whenever an access token ends.")
		}
	}
	const leave = "Leave the setting out to ask for what is needed, or add what is missing."
	switch {
	case len(bad) > 0:
		return failed("Sign-in does not ask for all that is needed.").with(append(bad, odd...)...).advise(leave, "OIDC_SCOPES")
	case len(odd) > 0:
		return warn("Sign-in asks for less than usual.").with(odd...).advise(leave, "OIDC_SCOPES")
	}
	f := ok("Sign-in asks for all that is needed.")
	if link := x.consent(); link != "" && !x.application() {
		f = f.with(vital + " and " + owners + " need an administrator's consent, once: " + link)
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
	whose := "The person's token"
	if x.application() {
		whose = "The application's token"
	}
	c, readable := readClaims(x.graphToken())
	if !readable {
		return ok(whose + " cannot be read here; what it permits shows below.")
	}
	granted := c.Roles
	if !x.application() {
		granted = strings.Fields(c.Scopes + " " + c.Scope)
	}
	lacking := x.lacking(granted)
	if len(lacking) == 0 {
		return ok(whose + " permits what is needed.")
	}
	told := fmt.Sprintf("%s does not permit %s", whose, strings.Join(lacking, ", "))
	if !slices.Contains(lacking, vital) {
		return warn(told+", unless something wider does.").advise(x.consentAdvice(), x.permissionSettings()...)
	}
	return failed(told+".").advise(x.consentAdvice(), x.permissionSettings()...)
}

// consentAdvice says how a permission comes into a token.
func (x *exam) consentAdvice() string {
	kind, then := "delegated", "sign in again"
	if x.application() {
		kind, then = "application", "wait some minutes"
	}
	advice := "In the app registration, under API permissions, add it as " + kind + " permission of Microsoft Graph; " +
		"let an administrator consent"
	if link := x.consent(); link != "" {
		advice += " there or at " + link
	}
	return advice + ", and " + then + "."
}
