package config

import (
	"encoding/base64"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"
)

// TestProblems: each row makes one problem and no other.
func TestProblems(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(key1)
	for _, test := range []struct {
		args, env []string
		want      string // how the problem begins, up to "…", and what else it says
	}{
		{nil, []string{"TIMECLOCK_LISTEN=8080"}, `TIMECLOCK_LISTEN: "8080" is not an address…like 127.0.0.1:8080`},
		{nil, []string{"TIMECLOCK_LISTEN=:http"}, `TIMECLOCK_LISTEN: ":http" is not…:8080`},
		{nil, []string{"TIMECLOCK_LISTEN=:65536"}, `TIMECLOCK_LISTEN: …like`},
		{nil, []string{"TIMECLOCK_URL=clock.example.org"}, `TIMECLOCK_URL: …like https://clock.example.org`},
		{nil, []string{"TIMECLOCK_URL=ftp://clock.example.org"}, `TIMECLOCK_URL: …does not begin with https://`},
		{nil, []string{"TIMECLOCK_URL=https://"}, `TIMECLOCK_URL: …a host`},
		{nil, []string{"TIMECLOCK_URL=https://clock.example.org/in"}, `TIMECLOCK_URL: …has a path…like https://clock.example.org`},
		{nil, []string{"TIMECLOCK_URL=https://clock.example.org?x"}, `TIMECLOCK_URL: …query`},
		{nil, []string{"TIMECLOCK_URL=https://clock.example.org?"}, `TIMECLOCK_URL: …query`},
		{nil, []string{"TIMECLOCK_URL=https://clock.example.org/#"}, `TIMECLOCK_URL: …fragment`},
		{nil, []string{"TIMECLOCK_URL=https://me:" + hush + "@clock.example.org"}, `TIMECLOCK_URL: …user name`},
		{nil, []string{"TIMECLOCK_URL=https://clock.example.org:99999"}, `TIMECLOCK_URL: …no such port`},
		{nil, []string{"TIMECLOCK_URL=https://bücher.example"}, `TIMECLOCK_URL: …punycode`},
		{nil, []string{"TIMECLOCK_URL=http://clock.example.org"}, `TIMECLOCK_URL: …use https`},
		{nil, []string{"TIMECLOCK_URL=http://clock.example.org", "TIMECLOCK_INSECURE_HTTP=true"}, `TIMECLOCK_URL: …use https`},
		{nil, []string{"TIMECLOCK_URL=http://localhost.example.org", "TIMECLOCK_INSECURE_HTTP=1"}, `TIMECLOCK_URL: …use https`},
		{nil, []string{"TIMECLOCK_URL="}, `TIMECLOCK_URL: "http://localhost:8080"…TIMECLOCK_INSECURE_HTTP=true`},
		{nil, []string{"TIMECLOCK_INSECURE_HTTP=true"}, `TIMECLOCK_INSECURE_HTTP: …loopback only…leave it out`},
		{nil, []string{"TIMECLOCK_INSECURE_HTTP=yes"}, `TIMECLOCK_INSECURE_HTTP: "yes" is neither true nor false`},
		{nil, []string{"TIMECLOCK_CLOUD=germany"}, `TIMECLOCK_CLOUD: "germany" is not a cloud…global, usgov-l4, usgov-l5 or china`},
		{nil, []string{"TIMECLOCK_TENANT_ID="}, `TIMECLOCK_TENANT_ID: it is missing…TIMECLOCK_OIDC_ISSUER`},
		{nil, []string{"TIMECLOCK_TENANT_ID=common"}, `TIMECLOCK_TENANT_ID: "common" is not a GUID…`},
		{nil, []string{"TIMECLOCK_CLIENT_ID="}, `TIMECLOCK_CLIENT_ID: it is missing…app registration`},
		{nil, []string{"TIMECLOCK_CLIENT_ID=clock"}, `TIMECLOCK_CLIENT_ID: "clock" is not a GUID…`},
		{nil, []string{"TIMECLOCK_CLIENT_SECRET="}, `TIMECLOCK_CLIENT_SECRET: it is missing…TIMECLOCK_CLIENT_SECRET_FILE`},
		{nil, []string{"TIMECLOCK_CLIENT_SECRET=" + tenantID}, `TIMECLOCK_CLIENT_SECRET: it is the id of a secret…value`},
		{nil, []string{"TIMECLOCK_OIDC_ISSUER=http://id.example.org"}, `TIMECLOCK_OIDC_ISSUER: …plain http…https`},
		{nil, []string{"TIMECLOCK_OIDC_ISSUER=id"}, `TIMECLOCK_OIDC_ISSUER: …such as https://id.example.org/tenant`},
		{nil, []string{"TIMECLOCK_OIDC_ISSUER=https://id.example.org/.well-known/openid-configuration"}, `TIMECLOCK_OIDC_ISSUER: …leave`},
		{nil, []string{"TIMECLOCK_OIDC_SCOPES=profile"}, `TIMECLOCK_OIDC_SCOPES: "profile" lacks openid…add it`},
		{nil, []string{"TIMECLOCK_GRAPH_URL=http://graph.example.org"}, `TIMECLOCK_GRAPH_URL: …plain http…https`},
		{nil, []string{"TIMECLOCK_GRAPH_URL=https://graph.microsoft.com/v1.0/"}, `TIMECLOCK_GRAPH_URL: …TIMECLOCK_GRAPH_API names it`},
		{nil, []string{"TIMECLOCK_GRAPH_ACCESS=app"}, `TIMECLOCK_GRAPH_ACCESS: "app" is not a choice…delegated or application`},
		{nil, []string{"TIMECLOCK_ACTS_AS=Header"}, `TIMECLOCK_ACTS_AS: "Header" is not a choice…header or none`},
		{nil, []string{"TIMECLOCK_GRAPH_API=v2"}, `TIMECLOCK_GRAPH_API: "v2" is not a version…v1.0 or beta`},
		{nil, []string{"TIMECLOCK_DATABASE_URL=postgres://me:" + hush + "@/clock"}, `TIMECLOCK_DATABASE_URL: it names no server…postgres://user:password@host/name`},
		{nil, []string{"TIMECLOCK_DATABASE_URL=postgresql://me:" + hush + "@db/"}, `TIMECLOCK_DATABASE_URL: it names no database…`},
		{nil, []string{"TIMECLOCK_DATABASE_URL=postgres://me:" + hush + "%@db/clock"}, `TIMECLOCK_DATABASE_URL: it cannot be read…escaped…`},
		{nil, []string{"TIMECLOCK_DATABASE_URL=mysql:" + hush}, `TIMECLOCK_DATABASE_URL: …sqlite:timeclock.db`},
		{nil, []string{"TIMECLOCK_DATABASE_URL=sqlite:"}, `TIMECLOCK_DATABASE_URL: …sqlite:timeclock.db`},
		{nil, []string{"TIMECLOCK_DATABASE_URL=sqlite::memory:"}, `TIMECLOCK_DATABASE_URL: …lose presses…`},
		{nil, []string{"TIMECLOCK_SECRET_KEYS="}, `TIMECLOCK_SECRET_KEYS: it is missing…openssl rand -base64 32`},
		{nil, []string{"TIMECLOCK_SECRET_KEYS=" + hush}, `TIMECLOCK_SECRET_KEYS: key 1 is not 32 bytes…openssl`},
		{nil, []string{"TIMECLOCK_SECRET_KEYS=" + key + "," + key[:40]}, `TIMECLOCK_SECRET_KEYS: key 2 is not 32 bytes…`},
		{nil, []string{"TIMECLOCK_SECRET_KEYS=" + key + "," + hex.EncodeToString(key1)}, `TIMECLOCK_SECRET_KEYS: key 2 is key 1 again…`},
		{nil, []string{"TIMECLOCK_SECRET_KEYS=" + key + ","}, `TIMECLOCK_SECRET_KEYS: key 2 …`},
		{nil, []string{"TIMECLOCK_SECRET_KEYS=" + strings.Repeat("00", 32)}, `TIMECLOCK_SECRET_KEYS: key 1 is one byte repeated…`},
		{nil, []string{"TIMECLOCK_PRESS_TOLERANCE=5"}, `TIMECLOCK_PRESS_TOLERANCE: "5" is not a length of time…5s`},
		{nil, []string{"TIMECLOCK_PRESS_TOLERANCE=-1s"}, `TIMECLOCK_PRESS_TOLERANCE: "-1s" is out of range…0s to 1m`},
		{nil, []string{"TIMECLOCK_PRESS_TOLERANCE=61s"}, `TIMECLOCK_PRESS_TOLERANCE: "61s" is out of range…0s to 1m`},
		{nil, []string{"TIMECLOCK_PRESS_MAX_AGE=745h"}, `TIMECLOCK_PRESS_MAX_AGE: …1m to 744h`},
		{nil, []string{"TIMECLOCK_OPEN_CARD_MAX=59m"}, `TIMECLOCK_OPEN_CARD_MAX: …1h to 168h`},
		{nil, []string{"TIMECLOCK_LOCATION_RADIUS=200m"}, `TIMECLOCK_LOCATION_RADIUS: "200m" is not a whole number of metres…like 200`},
		{nil, []string{"TIMECLOCK_LOCATION_RADIUS=19"}, `TIMECLOCK_LOCATION_RADIUS: "19" is out of range…20 to 10000`},
		{nil, []string{"TIMECLOCK_LOCATION_RADIUS=10001"}, `TIMECLOCK_LOCATION_RADIUS: "10001" is out of range…20 to 10000`},
		{nil, []string{"TIMECLOCK_JOURNAL_RETENTION=719h"}, `TIMECLOCK_JOURNAL_RETENTION: "719h" is out of range; choose from 720h to 87600h…`},
		{nil, []string{"TIMECLOCK_JOURNAL_RETENTION=0s"}, `TIMECLOCK_JOURNAL_RETENTION: "0s" is out of range…`},
		{nil, []string{"TIMECLOCK_JOURNAL_RETENTION=720h", "TIMECLOCK_PRESS_MAX_AGE=697h"},
			`TIMECLOCK_JOURNAL_RETENTION: 720h is not a day longer than TIMECLOCK_PRESS_MAX_AGE (697h)…`},
		{nil, []string{"TIMECLOCK_SESSION_IDLE=169h"}, `TIMECLOCK_SESSION_IDLE: 169h is longer than TIMECLOCK_SESSION_MAX (168h)…`},
		{nil, []string{"TIMECLOCK_SESSION_MAX=0s"}, `TIMECLOCK_SESSION_MAX: "0s" is out of range…`},
		{nil, []string{"TIMECLOCK_SESSION_SAME_SITE=none"}, `TIMECLOCK_SESSION_SAME_SITE: "none" is not a choice here; choose strict or lax`},
		{nil, []string{"TIMECLOCK_METRICS_LISTEN=9090"}, `TIMECLOCK_METRICS_LISTEN: "9090" is not an address to listen on…like`},
		{nil, []string{"TIMECLOCK_METRICS_LISTEN=127.0.0.1:8080"}, `TIMECLOCK_METRICS_LISTEN: "127.0.0.1:8080" is the address of TIMECLOCK_LISTEN…another`},
		{nil, []string{"TIMECLOCK_TENANTID=x"}, `TIMECLOCK_TENANTID is not a setting…did you mean TIMECLOCK_TENANT_ID?`},
		{nil, []string{"TIMECLOCK_CLIENT_SECRET_FIEL=x"}, `TIMECLOCK_CLIENT_SECRET_FIEL is not…did you mean TIMECLOCK_CLIENT_SECRET_FILE?`},
		{nil, []string{"TIMECLOCK_LISTEN_FILE=x"}, `TIMECLOCK_LISTEN_FILE is not a setting…did you mean TIMECLOCK_LISTEN?`},
		{nil, []string{"TIMECLOCK_PORT=8080"}, `TIMECLOCK_PORT is not a setting…`},
		{nil, []string{"TIMECLOCK_XYZZY_PLUGH=" + hush}, `TIMECLOCK_XYZZY_PLUGH is not a setting…--help`},
		{[]string{"--listen", "8080"}, nil, `TIMECLOCK_LISTEN (--listen): "8080" is not an address…`},
		{[]string{"--listen"}, nil, `TIMECLOCK_LISTEN: --listen wants a value…--listen HOST:PORT`},
		{[]string{"--listen", "--cloud=china"}, nil, `TIMECLOCK_LISTEN: --listen wants a value…`},
		{[]string{"--tenant", "x"}, nil, `--tenant is not a flag…did you mean --tenant-id?`},
		{[]string{"--client-secert=" + hush}, nil, `--client-secert is not a flag…did you mean --client-secret?`},
		{[]string{"--client-secret", "a", hush}, nil, `argument 3 is not a flag…--name value`},
		{[]string{"--"}, nil, `argument 1 is not a flag…`},
	} {
		c, err := Load(test.args, complete(test.env...))
		if err == nil {
			t.Errorf("Load(%q, %q) found no problem, want %s", test.args, test.env, test.want)
			continue
		}
		got := err.Error()
		pieces := strings.Split(test.want, "…")
		if !strings.HasPrefix(got, pieces[0]) || !containsInOrder(got, pieces) || strings.Contains(got, "\n") {
			t.Errorf("Load(%q, %q):\n%s\nwant one problem like\n%s", test.args, test.env, got, test.want)
		}
		if strings.Contains(got, hush) || strings.Contains(got, key) {
			t.Errorf("a problem shows a secret: %s", got)
		}
		if !reflect.DeepEqual(c, Config{}) {
			t.Errorf("Load(%q, %q) gives a Config beside a problem", test.args, test.env)
		}
	}
}

func containsInOrder(text string, pieces []string) bool {
	for _, piece := range pieces {
		_, after, ok := strings.Cut(text, piece)
		if !ok {
			return false
		}
		text = after
	}
	return true
}

func TestEveryProblemAtOnce(t *testing.T) {
	_, err := Load([]string{"serve", "--urll=x"}, []string{
		"TIMECLOCK_LISTEN=x", "TIMECLOCK_CLOUD=x", "TIMECLOCK_DATABASE_URL=x", "TIMECLOCK_SESSION_IDLE=x", "TIMECLOCK_NOPE=x",
	})
	if err == nil {
		t.Fatal("Load found no problem")
	}
	got := strings.Split(err.Error(), "\n")
	for _, name := range []string{
		"argument 1", "--urll", "TIMECLOCK_NOPE", "TIMECLOCK_LISTEN", "TIMECLOCK_CLOUD", "TIMECLOCK_DATABASE_URL",
		"TIMECLOCK_SESSION_IDLE", "TIMECLOCK_URL", "TIMECLOCK_CLIENT_ID", "TIMECLOCK_CLIENT_SECRET",
		"TIMECLOCK_TENANT_ID", "TIMECLOCK_SECRET_KEYS",
	} {
		times := 0
		for _, line := range got {
			if strings.HasPrefix(line, name+" ") || strings.HasPrefix(line, name+":") {
				times++
			}
		}
		if times != 1 {
			t.Errorf("%s is named by %d problems, want 1, in\n%v", name, times, err)
		}
	}
	if len(got) != 12 {
		t.Errorf("there are %d problems, want 12:\n%v", len(got), err)
	}
}
