package session_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"timeclock/server/session"
)

func TestDemandedClaims(t *testing.T) {
	const claims = `{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`
	std := base64.StdEncoding.EncodeToString([]byte(claims))
	tilde := `{"access_token":{"x":{"value":"???>>>"}}}` // has + and / in one alphabet, - and _ in the other
	for _, tt := range []struct {
		name    string
		headers []string
		want    string // empty: nothing is demanded
	}{
		{"as Microsoft shows it", []string{`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", ` +
			`client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="` + std + `"`}, claims},
		{"without padding", []string{`Bearer error="insufficient_claims", claims="` + strings.TrimRight(std, "=") + `"`}, claims},
		{"the alphabet of addresses", []string{`Bearer error="insufficient_claims", claims="` + base64.URLEncoding.EncodeToString([]byte(tilde)) + `"`}, tilde},
		{"the usual alphabet", []string{`Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(tilde)) + `"`}, tilde},
		{"names and scheme in capitals, no quotes", []string{`BEARER Error=insufficient_claims,CLAIMS=` + strings.TrimRight(std, "=")}, claims},
		{"another scheme before", []string{`Basic realm="a, Bearer b=\"c\"", Bearer error="insufficient_claims", claims="` + std + `"`}, claims},
		{"a scheme without parameters before", []string{`Negotiate, Bearer error="insufficient_claims", claims="` + std + `"`}, claims},
		{"in the second header", []string{`PoP nonce=x`, `Bearer error="insufficient_claims", claims="` + std + `"`}, claims},

		{"no header", nil, ""},
		{"an expired token", []string{`Bearer error="invalid_token", claims="` + std + `"`}, ""},
		{"no claims", []string{`Bearer error="insufficient_claims"`}, ""},
		{"claims that are no base64", []string{`Bearer error="insufficient_claims", claims="%%%"`}, ""},
		{"claims that are no JSON", []string{`Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte("{")) + `"`}, ""},
		{"claims that are a list", []string{`Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte("[]")) + `"`}, ""},
		{"claims that are null", []string{`Bearer error="insufficient_claims", claims="bnVsbA"`}, ""},
		{"claims twice", []string{`Bearer error="insufficient_claims", claims="` + std + `", claims="e30"`}, ""},
		{"a quotation that does not end", []string{`Bearer error="insufficient_claims", claims="` + std}, ""},
		{"another scheme", []string{`Basic error="insufficient_claims", claims="` + std + `"`}, ""},
		{"within another's quotation", []string{`Basic realm="Bearer error=\"insufficient_claims\", claims=e30"`}, ""},
		{"too many claims", []string{`Bearer error="insufficient_claims", claims="` +
			base64.StdEncoding.EncodeToString([]byte(`{"a":"`+strings.Repeat("x", 3000)+`"}`)) + `"`}, ""},
		{"too long", []string{strings.Repeat(" ", 9000) + `Bearer error="insufficient_claims", claims="` + std + `"`}, ""},
	} {
		got, ok := session.DemandedClaims(tt.headers)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: DemandedClaims = %q, %v; want %q", tt.name, got, ok, tt.want)
		}
	}
}

func FuzzDemandedClaims(f *testing.F) {
	f.Add(`Bearer realm="", error="insufficient_claims", claims="e30="`)
	f.Add(`Basic realm="a\"b", Bearer error=insufficient_claims,claims=e30`)
	f.Add(`, ,Negotiate abc==, Bearer`)
	f.Add(`Bearer error="insufficient_claims", claims="`)
	f.Fuzz(func(t *testing.T, header string) {
		claims, ok := session.DemandedClaims([]string{header})
		if ok && !session.IsClaims(claims) || !ok && claims != "" {
			t.Errorf("DemandedClaims(%q) = %q, %v", header, claims, ok)
		}
		if ok && !strings.Contains(strings.ToLower(header), "insufficient_claims") && !strings.Contains(header, `\`) {
			t.Errorf("DemandedClaims(%q) = %q where nothing is demanded", header, claims)
		}
		if again, _ := session.DemandedClaims([]string{"", header}); again != claims {
			t.Errorf("DemandedClaims(%q) = %q, then %q", header, claims, again)
		}
	})
}
