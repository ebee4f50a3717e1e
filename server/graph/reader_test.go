package graph

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// anything reads a value of any kind.
type anything struct{}

func (*anything) read(r *reader) error { return r.skip() }

// FuzzReader holds the reader to encoding/json: what is JSON, and what a string
// says, must be the same for both.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		aCard, `null`, `nul`, `nullx`, ` [1, -0.5e+3 ,0, 1E9]`, `[1,]`, `[,1]`, `[01]`, `[1.]`, `[.5]`, `[-]`, `[1e]`, `[--1]`, `[+1]`,
		`{"a":1,}`, `{"a" 1}`, `{a:1}`, `{"a":}`, `{,}`, `{"a":1 "b":2}`, `{}`, `[]`, `[] []`, `]`, `"`, `"\`, `"\x"`, `"\u12"`,
		`"\ud800\udc00\ud800"`, "\"\x01\"", "\"\xff\"", `"<\u2028>"`, `tru`, `truefalse`, "", " ", "\x00", "\ufeff{}",
		`{"\u0069d":"x"}`, `{"a":` + strings.Repeat(`[{"b":`, 40) + `1`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := readAll(text, &anything{})
		if valid := json.Valid(text); valid != (err == nil) {
			t.Fatalf("%q: read with %v, and valid is %v", text, err, valid)
		}
		if wrong := (misread{}); err != nil && (!errors.As(err, &wrong) || wrong.at > len(text)) {
			t.Fatalf("%q: %v does not tell the place", text, err)
		}
		var want, got string
		if json.Unmarshal(text, &want) != nil {
			return
		}
		if err := (&reader{text: text}).string(&got); err != nil || got != want {
			t.Fatalf("%q reads as %q, %v; want %q", text, got, err, want)
		}
	})
}

func TestReaderGoesAsDeepAsJSON(t *testing.T) {
	for _, depth := range []int{deepest, deepest + 1} {
		text := []byte(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		if err := readAll(text, &anything{}); json.Valid(text) != (err == nil) {
			t.Errorf("%d deep: %v, and valid is %v", depth, err, json.Valid(text))
		}
	}
}

// FuzzReaderOfCards reads a list of cards as Graph gives it, and each card of it
// by itself: they must be the same.
func FuzzReaderOfCards(f *testing.F) {
	f.Add([]byte(`{"value":[` + aCard + `,null,{}],"@odata.nextLink":"x"}`))
	f.Add([]byte(`{"value":[{"id":"a","id":null,"breaks":[{}],"breaks":[]}],"value":null}`))
	f.Add([]byte(`{"value":[{"clockInEvent":{"atApprovedLocation":true,"atApprovedLocation":7}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got page[TimeCard]
		err := readAll(text, (*cardPage)(&got))
		var want map[string]json.RawMessage
		if json.Unmarshal(text, &want) != nil {
			if string(text) != "null" && err == nil {
				t.Fatalf("%q was read as %+v", text, got)
			}
			return
		}
		var cards *[]TimeCard
		if json.Unmarshal(want["value"], &cards) != nil || err != nil || cards == nil || got.Value == nil {
			return
		}
		if a, b := write(t, *got.Value), write(t, *cards); a != b {
			t.Fatalf("%q: a list of %s, and each by itself %s", text, a, b)
		}
	})
}

func TestReaderTellsWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`{"value":[{"id":7}]}`:                                  "member value: member id: not a text",
		`{"value":[{"clockInEvent":{"dateTime":"noon"}}]}`:      "member value: member clockInEvent: member dateTime: " + errStamp.Error(),
		`{"value":[{"breaks":{}}]}`:                             "member value: member breaks: not a list",
		`{"value":[7]}`:                                         "member value: not an object",
		`{"value":[{"clockInEvent":{"isAtApprovedLocation":1}}`: "member value: member clockInEvent: member isAtApprovedLocation: neither true nor false",
		"{\"value\":[\n{\"secret\":x}]}":                        "line 2, byte 11 of it: not JSON",
	} {
		err := readAll([]byte(text), (*cardPage)(&page[TimeCard]{}))
		if err == nil || located([]byte(text), err).Error() != want {
			t.Errorf("%s: %v, want %s", text, located([]byte(text), err), want)
		}
	}
}

func BenchmarkReadCards(b *testing.B) {
	text := []byte(`{"value":[` + aCard + `]}`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var p page[TimeCard]
		if err := readAll(text, (*cardPage)(&p)); err != nil {
			b.Fatal(err)
		}
	}
}
