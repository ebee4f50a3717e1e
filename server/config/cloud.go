package config

import "slices"

// Cloud is one of Microsoft's clouds. Tokens of one are not accepted by
// another, so Graph's root, the authority and the scopes go together
// (Microsoft Graph, "National cloud deployments").
type Cloud struct {
	Name string `json:"name"`
	// GraphURL is Graph's root without a version.
	GraphURL string `json:"graphUrl"`
	// Authority is where people sign in.
	Authority string `json:"authority"`
	// Shifts says whether Microsoft publishes the schedule API there.
	Shifts bool `json:"shifts"`
}

// Clouds lists them, the usual one first.
var Clouds = []Cloud{
	{"global", "https://graph.microsoft.com", "https://login.microsoftonline.com", true},
	{"usgov-l4", "https://graph.microsoft.us", "https://login.microsoftonline.us", false},
	{"usgov-l5", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us", false},
	{"china", "https://microsoftgraph.chinacloudapi.cn", "https://login.partner.microsoftonline.cn", false},
}

// Issuer gives the OpenID Connect issuer of a tenant, by its id.
func (c Cloud) Issuer(tenant string) string { return c.Authority + "/" + tenant + "/v2.0" }

// Scopes gives what to ask for at sign-in: OpenID Connect's, a refresh token,
// and the permissions of the Graph calls this program makes.
func (c Cloud) Scopes() []string {
	scopes := append(slices.Clone(identityScopes), "offline_access")
	for _, permission := range permissions {
		scopes = append(scopes, c.GraphURL+"/"+permission)
	}
	return scopes
}

// identityScopes are what signing in takes when nothing else is asked for.
var identityScopes = []string{"openid", "profile"}

// permissions are the delegated permissions of the Graph calls made: time
// cards, the schedule and its shifts, and who is in a team (with an
// administrator's consent); the teams one has joined; oneself.
var permissions = []string{"Schedule.ReadWrite.All", "Team.ReadBasic.All", "TeamMember.Read.All", "User.Read"}

func cloudNamed(name string) (Cloud, bool) {
	for _, c := range Clouds {
		if c.Name == name {
			return c, true
		}
	}
	return Cloud{}, false
}

func cloudNames() []string {
	var names []string
	for _, c := range Clouds {
		names = append(names, c.Name)
	}
	return names
}
