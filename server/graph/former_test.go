package graph_test

import (
	"encoding/json"
	"testing"

	"timeclock/server/graph"
)

// Beta shows the location flag under its former name as well, and falls back
// to that when the newer one is null.
func TestAChangedLocationFlagIsWrittenUnderBothNames(t *testing.T) {
	yes, no := true, false
	const both = `{"dateTime":"2026-03-02T07:00:00Z","isAtApprovedLocation":true,"atApprovedLocation":true}`
	const one = `{"dateTime":"2026-03-02T07:00:00Z","isAtApprovedLocation":true}`
	for _, row := range []struct {
		read string
		set  *bool
		want string
	}{
		{both, nil, `{"dateTime":"2026-03-02T07:00:00Z","isAtApprovedLocation":null,"atApprovedLocation":null}`},
		{both, &no, `{"dateTime":"2026-03-02T07:00:00Z","isAtApprovedLocation":false,"atApprovedLocation":false}`},
		{both, &yes, both},
		{one, nil, `{"dateTime":"2026-03-02T07:00:00Z","isAtApprovedLocation":null}`},
	} {
		var e graph.Event
		if err := json.Unmarshal([]byte(row.read), &e); err != nil {
			t.Fatal(err)
		}
		e.Approved = row.set
		got, err := json.Marshal(e)
		if err != nil || !same(t, got, row.want) {
			t.Errorf("%s with Approved %v is written as %s, %v; want %s", row.read, row.set, got, err, row.want)
		}
	}
}

func same(t *testing.T, got []byte, want string) bool {
	t.Helper()
	var a, b any
	if json.Unmarshal(got, &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		return false
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}
