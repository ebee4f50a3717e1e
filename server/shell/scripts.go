package shell

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/outbox"
	"timeclock/app/state"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/web"
)

// EarlyScript is the name of the early script among the assets.
const EarlyScript = "early.js"

// rules is what web/outbox.js and web/early.js know of the Go packages whose
// work they do. Members are as the scripts spell them.
type rules struct {
	SameTap     clock.Span `json:"sameTap"`
	DeviceBound clock.Span `json:"deviceBound"`
	MovedBy     clock.Span `json:"movedBy"`
	Drift       float64    `json:"drift"`
	Patience    clock.Span `json:"patience"`
	Anchored    wire.Trust `json:"anchored"`
	Device      wire.Trust `json:"device"`

	Presses     string `json:"presses"`
	Memory      string `json:"memory"`
	MemoryClock string `json:"memoryClock"`
	Items       string `json:"items"`
	Lock        string `json:"lock"`
	Channel     string `json:"channel"`
	TellPresses string `json:"tellPresses"`
	Team        string `json:"team"`
	Times       string `json:"times"`

	Clock        string `json:"clock"`
	Punches      string `json:"punches"`
	Press        string `json:"press"`
	Header       string `json:"header"`
	HeaderValue  string `json:"headerValue"`
	HeaderPerson string `json:"headerPerson"`

	Delivered  wire.Status `json:"delivered"`
	Refused    wire.Status `json:"refused"`
	Conflicted wire.Status `json:"conflicted"`

	ProblemType   string      `json:"problemType"`
	ProblemPrefix string      `json:"problemPrefix"` // of a Problem's type, before its code
	SignedOut     wire.Code   `json:"signedOut"`
	Kept          wire.Code   `json:"kept"`
	GraphRefused  wire.Code   `json:"graphRefused"`
	Never         []wire.Code `json:"never"` // with these a press will not be recorded

	After    map[clock.Kind]clock.State   `json:"after"`
	Allowed  map[clock.State][]clock.Kind `json:"allowed"`
	Hours    []string                     `json:"hours"`
	Shortcut string                       `json:"shortcut"`
	SyncTag  string                       `json:"syncTag"`
}

func newRules() rules {
	r := rules{
		SameTap: outbox.SameTap, DeviceBound: outbox.DeviceBound, MovedBy: outbox.MovedBy, Drift: outbox.Drift, Patience: outbox.Patience,
		Anchored: wire.Anchored, Device: wire.Device,
		Presses: state.PressesStore, Memory: state.MemoryStore, MemoryClock: state.KeyClock,
		Items: browser.StoreItems, Lock: outbox.LockName,
		Channel: wire.Channel, TellPresses: state.TellPresses, Team: state.PrefTeam,
		Times: wire.PrefTimes, Hours: []string{wire.Times12, wire.Times24},
		Clock: wire.PathClock, Punches: wire.PathPunches, Press: wire.PathPress,
		Header: wire.Header, HeaderValue: wire.HeaderValue, HeaderPerson: wire.HeaderPerson,
		Delivered: wire.Delivered, Refused: wire.Refused, Conflicted: wire.Conflicted,
		ProblemType: wire.ContentTypeProblem, ProblemPrefix: wire.NewProblem(0, "", "").Type,
		SignedOut: wire.CodeSignedOut, Kept: wire.CodeKept, GraphRefused: wire.CodeRefused,
		Never: slices.DeleteFunc(slices.Clone(codes), func(c wire.Code) bool {
			return outbox.VerdictOf(c) != outbox.Never
		}),
		After: map[clock.Kind]clock.State{
			clock.ClockIn: clock.In, clock.StartBreak: clock.OnBreak, clock.EndBreak: clock.In, clock.ClockOut: clock.Out,
		},
		Allowed:  map[clock.State][]clock.Kind{},
		Shortcut: wire.ParamPress, SyncTag: "outbox",
	}
	for _, s := range []clock.State{clock.Out, clock.In, clock.OnBreak} {
		r.Allowed[s] = clock.Allowed(s)
	}
	return r
}

// codes are those that the answer to a press may have.
var codes = []wire.Code{
	wire.CodeMalformed, wire.CodeSignedOut, wire.CodeCrossSite, wire.CodeForbidden, wire.CodeNotFound,
	wire.CodeTeamUnknown, wire.CodeMethod, wire.CodeOrder, wire.CodeNoSchedule, wire.CodeNoTimeClock,
	wire.CodeIDReused, wire.CodeOpenLong, wire.CodeTwin, wire.CodeConfirmed, wire.CodeKept, wire.CodeDecided,
	wire.CodeTooLarge, wire.CodeTooOld, wire.CodeFuture, wire.CodeClock, wire.CodeRefused, wire.CodeBusy, wire.CodeInternal,
	wire.CodeGraphDown, wire.CodeStore, wire.CodeProvider, wire.CodeGraphSlow,
}

// idTexts is the id of the element of the page that holds texts.
const idTexts = "texts"

// texts is what the early script says, with its placeholders, and what go-app's
// script says when there is no program.
type texts struct {
	Lang       string                 `json:"lang"`
	Locale     string                 `json:"locale"`
	Done       map[clock.Kind]string  `json:"done"`
	State      map[clock.State]string `json:"state"`
	Here       string                 `json:"here"`
	Server     string                 `json:"server"`
	Graph      string                 `json:"graph"`
	Unsafe     string                 `json:"unsafe"`
	SignedInAs string                 `json:"signedInAs"`
	HeldTitle  map[clock.Kind]string  `json:"heldTitle"`
	Held       string                 `json:"held"`
	Refused    string                 `json:"refused"`
	Offline    string                 `json:"offline"`
	Again      string                 `json:"again"`
	NotLoaded  string                 `json:"notLoaded"`
}

func newTexts(book *words.Book) texts {
	offline := book.Problem(wire.CodeOffline)
	t := texts{
		Lang: book.Lang, Locale: book.Locale,
		Done: map[clock.Kind]string{}, HeldTitle: map[clock.Kind]string{}, State: map[clock.State]string{},
		Here: book.T(words.PlaceHere), Server: book.T(words.PlaceServer), Graph: book.T(words.PlaceGraph),
		Unsafe: book.T(words.PlaceUnsafe), SignedInAs: book.T(words.SignedInAs),
		Refused: book.T(words.PageRefused), Offline: offline.What + " " + offline.Do, Again: book.T(words.TryAgain),
		NotLoaded: book.T(words.PageNotLoaded),
	}
	t.Held = book.T(words.Sentences, "first", book.T(words.HeldHere), "second", book.T(words.HeldDo))
	for _, k := range clock.Kinds {
		t.Done[k] = book.Done(k)
		t.HeldTitle[k] = book.T(words.HeldTitle, "act", book.Act(k))
	}
	for _, s := range []clock.State{clock.Out, clock.In, clock.OnBreak} {
		t.State[s] = book.State(s)
	}
	return t
}

// value stands in a script in place of a name in capitals.
type value struct {
	name string
	is   any
}

// render joins script files of package web, puts the values in, and keeps
// everything they declare to themselves. Lines of comment are left out.
func render(files []string, values ...value) ([]byte, error) {
	var text strings.Builder
	text.WriteString("\"use strict\";\n{\n")
	for _, name := range files {
		source, err := web.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(source)) {
			if !strings.HasPrefix(strings.TrimSpace(line), "//") { // not for browsers
				text.WriteString(line)
			}
		}
	}
	text.WriteString("}\n")
	out := text.String()
	for _, v := range values {
		literal, err := json.Marshal(v.is)
		if err != nil {
			return nil, err
		}
		if strings.Count(out, v.name) != 1 {
			return nil, fmt.Errorf("%v do not have %s once", files, v.name)
		}
		out = strings.Replace(out, v.name, string(literal), 1)
	}
	return []byte(out), nil
}

// renderEarly gives the early script of one version.
func renderEarly(version, program string) ([]byte, error) {
	return render([]string{"outbox.js", "early.js"},
		value{"__RULES__", newRules()}, value{"__TEXTS__", idTexts},
		value{"__PROGRAM__", program}, value{"__VERSION__", version})
}
