package config

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"testing"
	"text/template"
)

// holder keeps a Config where fmt cannot call its methods.
type holder struct {
	c Config
	p *Config
	s Secret
	m map[Secret][]Secret
	i any
}

// printings prints c in every way that Go's library has.
func printings(t *testing.T, c Config) map[string]string {
	t.Helper()
	out := map[string]string{}
	values := map[string]any{
		"config": c, "pointer": &c, "secret": c.ClientSecret, "secret pointer": &c.ClientSecret, "keys": c.SecretKeys,
		"list": []any{c, c.ClientSecret}, "map": map[Secret]Config{c.ClientSecret: c},
		"hidden":         holder{c, &c, c.ClientSecret, map[Secret][]Secret{c.ClientSecret: c.SecretKeys}, c.ClientSecret},
		"hidden pointer": &holder{c: c},
	}
	for name, v := range values {
		for _, verb := range "vsqdxXobcUteEfFgGpTw" {
			for _, flags := range []string{"", "+", "#", " ", "0100", "-.2"} {
				format := "%" + flags + string(verb)
				out[name+" with "+format] = fmt.Sprintf(format, v)
			}
		}
		out[name+" by Sprint"] = fmt.Sprint(v) + fmt.Sprintln(v)
		out[name+" by Errorf"] = fmt.Errorf("load: %v", v).Error()
		if text, err := json.Marshal(v); err == nil {
			out[name+" in JSON"] = string(text)
		}
		if text, err := xml.Marshal(v); err == nil {
			out[name+" in XML"] = string(text)
		}
		var b bytes.Buffer
		_ = gob.NewEncoder(&b).Encode(v)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("started", "config", v, slog.Group("g", "v", v))
		slog.New(slog.NewTextHandler(&b, nil)).Info("started", "config", v)
		log.New(&b, "", 0).Println(v)
		_ = template.Must(template.New("").Parse("{{.}} {{printf `%d` .}} {{js .}}")).Execute(&b, v)
		out[name+" elsewhere"] = b.String()
	}
	return out
}

func TestSecretSaysWhetherItIsSet(t *testing.T) {
	for _, test := range []struct {
		secret Secret
		want   string
	}{{NewSecret(hush), "(set)"}, {NewSecret(""), "(not set)"}, {Secret{}, "(not set)"}} {
		text, err := json.Marshal(map[Secret]Secret{test.secret: test.secret})
		if want := fmt.Sprintf(`{%q:%q}`, test.want, test.want); err != nil || string(text) != want {
			t.Errorf("JSON is %s, %v; want %s", text, err, want)
		}
		for _, format := range []string{"%v", "%s", "%d", "%#v", "%+v", "%x"} {
			if got := fmt.Sprintf(format, test.secret); got != test.want {
				t.Errorf("Sprintf(%q) = %q, want %q", format, got, test.want)
			}
		}
		if got := test.secret.LogValue().String(); got != test.want {
			t.Errorf("LogValue() = %q, want %q", got, test.want)
		}
	}
	var c Config
	c.ClientSecret = NewSecret(hush)
	if !strings.Contains(fmt.Sprint(c), "TIMECLOCK_CLIENT_SECRET=(set)") {
		t.Errorf("a Config prints as %s", c)
	}
}
