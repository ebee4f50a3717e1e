package conformance_test

import (
	"net/http"
	"strings"
	"testing"

	"timeclock/server/sandbox/tape"
)

const (
	someTeam = "/teams/31aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee1"
	allCards = "/v1.0" + someTeam + "/schedule/timeCards"
	oneCard  = allCards + "/TCK_95c44dff-bc12-4de2-8a9a-9772e4421eb4"
)

// sound is an exchange of the client in which all is as published.
func sound(change func(*tape.Exchange)) tape.Exchange {
	x := tape.Exchange{
		Program: "test", Method: "POST", Path: allCards + "/clockIn",
		Header: http.Header{
			"Authorization": {"(left out)"}, "Content-Type": {"application/json"}, "Accept": {"application/json"},
			"User-Agent": {"timeclock"}, "Client-Request-Id": {"0f8fad5b-d9cb-469f-a165-70867728950e"},
		},
		Body:     []byte(`{"isAtApprovedLocation":null,"notes":{"contentType":"text","content":"early"},"onBehalfOfUserId":"d56f"}`),
		Answered: true, Status: 201,
		AnswerHeader: http.Header{"Content-Type": {"application/json;odata.metadata=minimal;charset=utf-8"}},
		Answer: []byte(`{"@odata.context":"c","id":"TCK_1","userId":"d56f","state":"clockedIn","confirmedBy":"user,manager","notes":null,
			"createdDateTime":"2026-03-02T07:00:00Z","clockInEvent":{"dateTime":"2026-03-02T07:00:00.123Z","isAtApprovedLocation":null,"notes":null},
			"clockOutEvent":null,"breaks":[],"createdBy":{"user":{"id":"d56f","userIdentityType":"aadUser"},"conversation":null}}`),
	}
	if change != nil {
		change(&x)
	}
	return x
}

// replaced changes the text of a body.
func replaced(text *[]byte, old, with string) {
	s := strings.Replace(string(*text), old, with, 1)
	if s == string(*text) {
		panic("nothing to replace: " + old)
	}
	*text = []byte(s)
}

// TestCheckFinds breaks a sound exchange in one place after another. A check
// that finds nothing would pass everything.
func TestCheckFinds(t *testing.T) {
	d := describe(t)
	if found := d.check(sound(nil)); len(found) > 0 {
		t.Fatalf("in a sound exchange: %v", found)
	}
	tests := []struct {
		name   string
		want   kind
		where  string
		change func(*tape.Exchange)
	}{
		{"a path nobody has", path, "request", func(x *tape.Exchange) { x.Path += "/again" }},
		{"a version nobody has", path, "request", func(x *tape.Exchange) { x.Path = "/v2.0" + someTeam + "/schedule" }},
		{"the wrong verb", path, "request", func(x *tape.Exchange) { x.Method = "PATCH" }},
		{"confirmForUser in v1.0", path, "request", func(x *tape.Exchange) { x.Path = oneCard + "/confirmForUser" }},
		{"an option that is not documented", query, "request", list("$select=id")},
		{"an option of nobody", query, "request", list("api-version=7")},
		{"an option of the wrong type", body, "request", list("$top=many")},
		{"a header from a browser", header, "request", func(x *tape.Exchange) { x.Header.Set("Cookie", "a=b") }},
		{"no token", header, "request", func(x *tape.Exchange) { x.Header.Del("Authorization") }},
		{"no id", header, "request", func(x *tape.Exchange) { x.Header.Set("Client-Request-Id", "7") }},
		{"acting as somebody where it means nothing", header, "request", func(x *tape.Exchange) {
			*x = sound(list(""))
			x.Path, x.Answer = "/v1.0"+someTeam+"/members", []byte(`{"value":[]}`)
			x.Header.Set("Ms-App-Acts-As", "d56f")
		}},
		{"a body where none belongs", body, "request", func(x *tape.Exchange) { x.Path, x.Status, x.Answer = oneCard+"/confirm", 204, nil }},
		{"the misspelt flag", stranger, "request/atAprovedLocation", sends(`"isAtApprovedLocation"`, `"atAprovedLocation"`)},
		{"the flag of beta in v1.0", stranger, "request/atApprovedLocation", sends(`"isAtApprovedLocation"`, `"atApprovedLocation"`)},
		{"a flag that is a word", body, "request/isAtApprovedLocation", sends(`null`, `"yes"`)},
		{"a note that is no note", body, "request/notes", sends(`{"contentType":"text","content":"early"}`, `"early"`)},
		{"a note of no known kind", body, "request/notes/contentType", sends(`"text"`, `"rtf"`)},
		{"an answer that is no JSON", body, "answer", func(x *tape.Exchange) { x.AnswerHeader.Set("Content-Type", "text/html") }},
		{"an event without a zone", body, "answer/clockInEvent/dateTime", answers(`07:00:00.123Z`, `07:00:00`)},
		{"an event without a time", body, "answer/clockInEvent/dateTime", answers(`"2026-03-02T07:00:00.123Z"`, `null`)},
		{"an event that is a word", body, "answer/clockOutEvent", answers(`"clockOutEvent":null`, `"clockOutEvent":"later"`)},
		{"breaks that are null", body, "answer/breaks", answers(`[]`, `null`)},
		{"a break without a start", body, "answer/breaks/0/start", answers(`[]`, `[{"start":null}]`)},
		{"a state nobody knows", body, "answer/state", answers(`"clockedIn"`, `"asleep"`)},
		{"a confirmation nobody knows", body, "answer/confirmedBy", answers(`"user,manager"`, `"everybody"`)},
		{"a member nobody knows", stranger, "answer/confirmationStatus", answers(`"confirmedBy"`, `"confirmationStatus"`)},
		{"a member nobody knows, further in", stranger, "answer/clockInEvent/atApprovedLocation", answers(`"isAtApprovedLocation"`, `"atApprovedLocation"`)},
		{"the wrong success", status, "answer", func(x *tape.Exchange) { x.Status = 200 }},
		{"a status that is not described", body, "answer", func(x *tape.Exchange) { x.Status = 302 }},
		{"an error without its envelope", body, "answer/error", failed(`{"code":"BadRequest"}`)},
		{"an error without a message", body, "answer/error/message", failed(`{"error":{"code":"BadRequest"}}`)},
		{"an error of another path without its envelope", body, "answer/error", func(x *tape.Exchange) {
			failed(`{}`)(x)
			x.Path, x.Header = "/v1.0/nonsense", http.Header{}
		}},
	}
	for _, tt := range tests {
		found := d.check(sound(tt.change))
		if len(found) == 0 {
			t.Errorf("%s: nothing was found", tt.name)
		}
		hit := false
		for _, f := range found {
			hit = hit || f.kind == tt.want && f.where == tt.where
			if row := excuse(f); row != "" && tt.want != status {
				t.Errorf("%s: %v is excused as %q", tt.name, f, row)
			}
		}
		if len(found) > 0 && !hit {
			t.Errorf("%s: found %v, want %s at %s", tt.name, found, tt.want, tt.where)
		}
	}
}

func list(options string) func(*tape.Exchange) {
	return func(x *tape.Exchange) {
		x.Method, x.Path, x.Query, x.Body = "GET", allCards, options, nil
		x.Status, x.Answer = 200, []byte(`{"value":[]}`)
	}
}

func sends(old, with string) func(*tape.Exchange) {
	return func(x *tape.Exchange) { replaced(&x.Body, old, with) }
}

func answers(old, with string) func(*tape.Exchange) {
	return func(x *tape.Exchange) { replaced(&x.Answer, old, with) }
}

func failed(answer string) func(*tape.Exchange) {
	return func(x *tape.Exchange) { x.Status, x.Answer = 400, []byte(answer) }
}

// TestOthersMayAskAnything: a request that is not the client's is not judged,
// its answer is.
func TestOthersMayAskAnything(t *testing.T) {
	d := describe(t)
	x := sound(func(x *tape.Exchange) {
		x.Header = http.Header{"User-Agent": {"somebody"}, "Cookie": {"a=b"}}
		replaced(&x.Body, "isAtApprovedLocation", "whatever")
	})
	if found := d.check(x); len(found) > 0 {
		t.Errorf("check found %v", found)
	}
	replaced(&x.Answer, "clockedIn", "asleep")
	if found := d.check(x); len(found) != 1 {
		t.Errorf("check found %v, want the state", found)
	}
}
