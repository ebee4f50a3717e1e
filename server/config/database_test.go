package config

import (
	"errors"
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

// TestLoadDatabaseAsksForNothingElse: who reads the database needs neither keys
// nor an app registration.
func TestLoadDatabaseAsksForNothingElse(t *testing.T) {
	for _, tt := range []struct {
		args, env []string
		want      string // part of the problem; "" for none
		file      string
	}{
		{nil, nil, "", "timeclock.db"},
		{[]string{"--database-url", "sqlite:a.db"}, []string{"TIMECLOCK_DATABASE_URL=sqlite:b.db"}, "", "a.db"},
		{nil, []string{"TIMECLOCK_TENANT_ID=nonsense", "TIMECLOCK_PRESS_MAX_AGE=never", "TIMECLOCK_DATABASE_URL=sqlite:b.db"}, "", "b.db"},
		{nil, []string{"TIMECLOCK_DATABASE_URI=sqlite:b.db"}, "did you mean TIMECLOCK_DATABASE_URL?", ""},
		{[]string{"--databse-url=x"}, nil, "did you mean --database-url?", ""},
		{nil, []string{"TIMECLOCK_DATABASE_URL=postgres://me:" + hush + "@/clock"}, "it names no server", ""},
	} {
		c, err := LoadDatabase(tt.args, tt.env)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("LoadDatabase(%q, %q): %v, want %q", tt.args, tt.env, err, tt.want)
		}
		if err == nil && c.DatabaseFile != tt.file {
			t.Errorf("LoadDatabase(%q, %q) names %q, want %q", tt.args, tt.env, c.DatabaseFile, tt.file)
		}
		if err != nil && strings.Contains(err.Error(), hush) {
			t.Errorf("LoadDatabase(%q, %q) shows a password: %v", tt.args, tt.env, err)
		}
	}
	if _, err := LoadDatabase([]string{"-h"}, nil); !errors.Is(err, ErrHelp) {
		t.Errorf("LoadDatabase(-h): %v, want ErrHelp", err)
	}
}
