package config

import (
	"strings"
	"testing"
)

func TestDatabaseIsNamedWithoutItsPassword(t *testing.T) {
	for _, tt := range []struct{ url, want string }{
		{"postgres://me:" + hush + "@db.example.org:5433/clock?sslmode=verify-full", "postgres://me@db.example.org:5433/clock?sslmode=verify-full"},
		{"postgres://db/clock?user=me&password=" + hush + "&sslpassword=" + hush, "postgres://db/clock?user=me"},
		{"postgresql:///clock?host=/run/postgresql", "postgresql:///clock?host=%2Frun%2Fpostgresql"},
	} {
		c, err := Load(nil, complete("TIMECLOCK_DATABASE_URL="+tt.url))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.database(); got != tt.want {
			t.Errorf("database() of %s = %s, want %s", tt.url, got, tt.want)
		}
		for where, text := range printings(t, c) {
			if strings.Contains(text, hush) {
				t.Errorf("%s shows a password: %s", where, text)
			}
		}
	}
}

func TestWarnsOfADatabaseThatOthersCanRead(t *testing.T) {
	for _, tt := range []struct {
		url  string
		want bool
	}{
		{"postgres://me@db/clock", true},
		{"postgres://me@db/clock?sslmode=require", true}, // answers to anybody
		{"postgres://me@db/clock?sslmode=verify-full", false},
		{"postgres://me@db/clock?sslmode=verify-ca", false},
		{"postgres://me@127.0.0.1:5432/clock", false},
		{"postgres:///clock?host=db", true},
		{"postgres:///clock?host=/run/postgresql", false},
		{"sqlite:clock.db", false},
	} {
		c, err := Load(nil, complete("TIMECLOCK_DATABASE_URL="+tt.url))
		if err != nil {
			t.Fatal(err)
		}
		warned := strings.Contains(strings.Join(c.Warnings(), "\n"), "sslmode=verify-full")
		if warned != tt.want {
			t.Errorf("%s: Warnings() = %q, want one of it: %v", tt.url, c.Warnings(), tt.want)
		}
	}
}
