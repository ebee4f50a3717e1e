package graph

import (
	"net/url"
	"strings"
	"testing"
)

func TestSegmentsThatAreNoIDs(t *testing.T) {
	for _, id := range []string{
		"", ".", "..", "a..b", "a/b", `a\b`, "a%2fb", "%", "a?b", "a#b", "a;b", "a b", "a\nb", "a\x00", "é", "a'b", "a:b", "a&b", "$count",
		strings.Repeat("a", maxSegment+1),
	} {
		if validSegment(id) {
			t.Errorf("validSegment(%q) = true", id)
		}
	}
	for _, id := range []string{"31aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee1", "TCK_95c44dff-bc12", "a.b~c"} {
		if !validSegment(id) {
			t.Errorf("validSegment(%q) = false", id)
		}
	}
}

func FuzzSegment(f *testing.F) {
	for _, id := range []string{"team", "..", "a/b", "%2e%2e", "a?x=y", "a\\..\\b", "TCK_1"} {
		f.Add(id, id)
	}
	c, err := New(Config{Root: "https://graph.example/base"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, team, card string) {
		u, err := c.url(table[opClockOut], target{team: team, card: card})
		if err != nil {
			return
		}
		back, err := url.Parse(u.String())
		if err != nil {
			t.Fatalf("%q, %q: %v", team, card, err)
		}
		want := "/base/v1.0/teams/" + team + "/schedule/timeCards/" + card + "/clockOut"
		if back.Path != want || back.EscapedPath() != want || back.Host != "graph.example" || back.RawQuery != "" || back.Fragment != "" {
			t.Errorf("%q, %q made %s", team, card, u)
		}
		if strings.Count(back.Path, "/") != strings.Count(want, "/") || strings.Contains(back.JoinPath().Path, "..") {
			t.Errorf("%q, %q left their places: %s", team, card, u)
		}
		if back.JoinPath().Path != back.Path {
			t.Errorf("%q, %q: %s is not a clean path", team, card, u)
		}
	})
}
