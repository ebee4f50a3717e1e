package wire_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"timeclock/app/clock"
	. "timeclock/app/wire"
)

var update = flag.Bool("update", false, "write testdata anew; names on the wire may be added, never changed")

const monday clock.Instant = 1_774_857_600_000

// samples has one value of every type that crosses the wire, with every member
// set.
func samples() map[string]any {
	person, there := Person{ID: "t.o", Name: "Ada"}, true
	team := Team{ID: "team-1", Name: "Bakery", Zone: "Europe/Stockholm", FirstDay: 1, Clock: true, Why: CodeNoSchedule, Supervisor: true, Located: true}
	me := Me{Person: person, Teams: []Team{team}, Expires: monday + 9, Now: monday, Version: "v1", OpenCardMax: 57_600_000, OwnEdits: true,
		Rules: clock.DefaultRules}
	shift := Shift{ID: "SHFT_1", Title: "Early", Note: "key at the desk", Start: monday, End: monday + 8}
	stands, become := card(), card()
	conflict := Conflict{Stands: &stands, Become: &become, Twin: monday + 5, Likely: monday + 6, Choices: []Choice{ChoiceKeep, ChoiceMine}}
	receipt := Receipt{ID: "0196", Team: "team-1", Kind: clock.ClockOut, Status: Refused, At: monday, Bound: 40, Trust: Device,
		Note: "bye", Received: monday + 1, Delivered: monday + 2, Card: "TCK_1", Recorded: monday + 3, Code: CodeOrder,
		Stated: monday + 4, By: "boss", ByName: "Sara", Conflict: &conflict, Approved: &there}
	aSession := Session{ID: "5e", Browser: "edge", System: "windows", Form: "computer", Created: monday, Seen: monday + 1,
		Expires: monday + 2, Current: true}
	punch := Punch{ID: "0196", Team: "team-1", Kind: clock.ClockIn, Seen: clock.Out, At: monday, Bound: 40,
		Trust: Anchored, Device: "d1", Seq: 3, Note: "hello", Stated: monday - 4, Ago: 70}
	position := Position{Latitude: 59.3251, Longitude: 18.0711, Accuracy: 20}
	problem := ProblemOf(CodeBusy, "too much at once")
	problem.RequestID, problem.RetryAfter, problem.StepUp = "R1", 7, true
	fault := clock.Fault{Code: clock.FaultOverlap, Break: 1, Other: "TCK_2", By: 9}
	problem.Faults = []clock.Fault{fault}
	samples := amendSamples(person, conflict, fault)
	maps.Copy(samples, reportSamples(person, *problem))
	maps.Copy(samples, boardSamples(person, shift, receipt, punch))
	maps.Copy(samples, map[string]any{
		"Person": person, "Team": team, "Me": me, "Shift": shift, "Receipt": receipt, "Problem": *problem,
		"Punch": punch, "Position": position, "Located": Located{punch, &position},
		"Conflict": conflict, "Decision": Decision{Choice: ChoiceStated, At: monday},
		"TeamConflict": TeamConflict{Person: person, Receipt: receipt},
		"TeamPress":    TeamPress{Person: person, Receipt: receipt},
		"Conflicts": Conflicts{Team: "team-1", Open: []TeamConflict{{Person: person, Receipt: receipt}},
			Unchecked: []TeamPress{{Person: person, Receipt: receipt}}},
		"Clock": Clock{Me: me, Team: "team-1", Cards: []clock.Card{card()}, AsOf: monday, Shifts: []Shift{shift},
			Waiting: []Receipt{receipt}, Stale: CodeGraphSlow, ShiftsStale: CodeBusy, Untold: 2},
		"Cards": Cards{Team: "team-1", From: monday, To: monday + 9, Cards: []clock.Card{card()}, AsOf: monday,
			Stale: CodeGraphDown},
		"CardsChanged": CardsChanged{Team: "team-1", AsOf: monday},
		"SignedOut":    SignedOut{Next: "/"},
		"Session":      aSession, "Sessions": Sessions{Sessions: []Session{aSession}}, "SessionsEnded": SessionsEnded{Ended: 2},
	})
	return samples
}

// amendSamples has one value of every type about changes of cards.
func amendSamples(person Person, conflict Conflict, fault clock.Fault) map[string]any {
	was, is := card(), card()
	boss := Person{ID: "boss", Name: "Ben"}
	amendment := Amendment{ID: "0196", Team: "team-1", Person: "o", Op: Replace, Card: "TCK_1", Seen: &was, Next: &is, Reason: "forgot"}
	amended := Amended{ID: "0196", Team: "team-1", Person: person, By: boss, Op: Delete, Card: "TCK_1", Reason: "twice",
		Status: Conflicted, Code: CodeChanged, Received: monday, Delivered: monday + 1, Before: &was, After: &is, Conflict: &conflict}
	reply := Reply{Agrees: true, Word: "right", At: monday + 4}
	change := Change{ID: "0196", Team: "team-1", Person: person, By: boss, Card: "TCK_1", Op: Replace, Press: clock.ClockIn,
		Time: monday, Reason: "forgot", At: monday + 1, Before: &was, After: &is, Asked: true, Reply: &reply}
	request := Request{ID: "0197", Team: "team-1", Person: person, Op: Replace, Card: "TCK_1", Seen: &was, Next: &is,
		Text: "I left at 18:10", Made: monday, State: Granted, By: boss, Decided: monday + 2, Word: "yes", Amended: &amended}
	return map[string]any{
		"Amendment": amendment, "Amended": amended, "Amendments": Amendments{Rows: []Amendment{amendment}},
		"AmendedAll":     AmendedAll{Rows: []AmendedRow{{ID: "0196", Amended: &amended, Code: CodeUnsound, Faults: []clock.Fault{fault}}}},
		"AmendedRow":     AmendedRow{ID: "0196", Amended: &amended, Code: CodeUnsound, Faults: []clock.Fault{fault}},
		"TeamAmendments": TeamAmendments{Team: "team-1", Open: []Amended{amended}},
		"Trail": Trail{Team: "team-1", Card: &is, AsOf: monday, Changes: []Change{change},
			Elsewhere: &Elsewhere{By: boss, At: monday, Was: &was, Reply: &reply}, Requests: []Request{request}},
		"Change": change, "Elsewhere": Elsewhere{By: boss, At: monday, Was: &was, Reply: &reply},
		"Told": Told{Team: "team-1", Changes: []Change{change}}, "Reply": reply,
		"Replying":   Replying{ID: "0198", Team: "team-1", Card: "TCK_1", About: "0196", Seen: &is, Agrees: true, Word: "right"},
		"Objections": Objections{Team: "team-1", Open: []Objection{{Person: person, Card: "TCK_1", Change: &change, Reply: reply}}},
		"Objection":  Objection{Person: person, Card: "TCK_1", Change: &change, Reply: reply},
		"Request":    request, "Requests": Requests{Team: "team-1", Requests: []Request{request}},
		"Asking": Asking{ID: "0197", Team: "team-1", Op: Create, Card: "TCK_1", Seen: &was, Next: &is, Text: "I left at 18:10"},
		"Answer": Answer{Word: "ask Cleo"},
	}
}

// card is a card with every member set.
func card() clock.Card {
	there, elsewhere := true, false
	event := func(at clock.Instant, approved *bool) *clock.Event {
		return &clock.Event{At: at, Note: "n", Approved: approved}
	}
	return clock.Card{
		ID: "TCK_1", Team: "team-1", Person: "o",
		In: event(monday, &there), Out: event(monday+8, &elsewhere),
		Breaks: []clock.Break{{ID: "BRK_1", Start: *event(monday+3, &there), End: event(monday+4, &there), Note: "coffee"}},
		Note:   "card", ByPerson: true, BySupervisor: true, Changed: monday + 9,
	}
}

func TestEveryTypeHasASample(t *testing.T) {
	var types []string
	for _, file := range sources(t) {
		for _, decl := range file.Decls {
			types = append(types, structsOf(decl)...)
		}
	}
	slices.Sort(types)
	if have := slices.Sorted(maps.Keys(samples())); !slices.Equal(have, types) {
		t.Errorf("samples are of %v, the package declares %v", have, types)
	}
}

func TestSamplesAreFull(t *testing.T) {
	for name, sample := range samples() {
		if path := firstZero(reflect.ValueOf(sample)); path != "" {
			t.Errorf("the sample of %s leaves %s%s unset", name, name, path)
		}
	}
}

// firstZero gives the path of a member that is not set. False is a value where
// a pointer tells it from nothing.
func firstZero(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if path := firstZero(v.Field(i)); path != "" {
				return "." + v.Type().Field(i).Name + strings.TrimPrefix(path, "!")
			}
		}
		return ""
	case reflect.Pointer, reflect.Slice:
		if v.IsNil() || v.Kind() == reflect.Slice && v.Len() == 0 {
			return "!"
		}
		if v.Kind() == reflect.Slice {
			return firstZero(v.Index(0))
		}
		if v.Elem().Kind() == reflect.Struct {
			return firstZero(v.Elem())
		}
		return ""
	}
	if v.IsZero() {
		return "!"
	}
	return ""
}

// TestGolden fixes the JSON of every type, full and empty.
func TestGolden(t *testing.T) {
	for name, sample := range samples() {
		checkGolden(t, name+".json", sample)
		checkGolden(t, name+".empty.json", reflect.Zero(reflect.TypeOf(sample)).Interface())
	}
	checkGolden(t, "Card.json", card())
	checkGolden(t, "Card.empty.json", clock.Card{})
}

func checkGolden(t *testing.T, name string, value any) {
	t.Helper()
	got, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got = append(got, '\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: the wire has changed:\n%s\nwant:\n%s", name, got, want)
	}
	checkReading(t, name, want, value)
}

// checkReading reads text back, as it is and with members that nobody knows.
func checkReading(t *testing.T, name string, text []byte, want any) {
	t.Helper()
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	newer, err := json.Marshal(strange(tree))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{text, newer} {
		got := reflect.New(reflect.TypeOf(want))
		if err := json.Unmarshal(text, got.Interface()); err != nil {
			t.Errorf("%s: %v, reading %s", name, err, text)
			continue
		}
		if !reflect.DeepEqual(got.Elem().Interface(), want) {
			t.Errorf("%s: read %+v, want %+v, from %s", name, got.Elem(), want, text)
		}
	}
}

// strange adds a member from the future to every object of tree.
func strange(tree any) any {
	switch v := tree.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = strange(member)
		}
		v["member of a later version"] = map[string]any{"x": []any{1, nil}}
	case []any:
		for i := range v {
			v[i] = strange(v[i])
		}
	}
	return tree
}

func FuzzPunch(f *testing.F) {
	for _, name := range []string{"Punch.json", "Punch.empty.json", "Receipt.json"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var p, again Punch
		if json.Unmarshal(text, &p) != nil {
			return
		}
		out, err := json.Marshal(p)
		if err != nil {
			t.Fatalf("Marshal(%+v): %v", p, err)
		}
		if err := json.Unmarshal(out, &again); err != nil || again != p {
			t.Fatalf("%+v was written %s and read %+v, %v", p, out, again, err)
		}
	})
}

func TestFinal(t *testing.T) {
	for status, want := range map[Status]bool{Accepted: false, Sending: false, Unsure: false, Delivered: true, Refused: true} {
		if got := status.Final(); got != want {
			t.Errorf("%s.Final() = %v, want %v", status, got, want)
		}
	}
}

// sources parses the package's files but its tests.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// structsOf names the exported struct types that decl declares.
func structsOf(decl ast.Decl) []string {
	var names []string
	if g, ok := decl.(*ast.GenDecl); ok && g.Tok == token.TYPE {
		for _, spec := range g.Specs {
			s := spec.(*ast.TypeSpec)
			if _, isStruct := s.Type.(*ast.StructType); isStruct && s.Name.IsExported() {
				names = append(names, s.Name.Name)
			}
		}
	}
	return names
}
