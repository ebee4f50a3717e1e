package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"timeclock/server/graph"
)

// says is a client of a server that always answers the same.
func says(t testing.TB, status int, text []byte) *graph.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		w.Write(text)
	}))
	t.Cleanup(server.Close)
	c, err := graph.New(graph.Config{Root: server.URL, Budget: unlimited{}, Rand: func() float64 { return 0 }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ways are the client's calls by the names of their operations.
var ways = map[string]func(context.Context, *graph.Client) error{
	"list": func(ctx context.Context, c *graph.Client) error {
		_, err := c.Cards(ctx, as(alice), team, graph.Filter{})
		return err
	},
	"get": func(ctx context.Context, c *graph.Client) error {
		_, err := c.Card(ctx, as(alice), team, cardID)
		return err
	},
	"create": func(ctx context.Context, c *graph.Client) error {
		_, err := c.CreateCard(ctx, as(alice), team, graph.TimeCard{})
		return err
	},
	"clockOut": func(ctx context.Context, c *graph.Client) error {
		_, err := c.ClockOut(ctx, as(alice), team, cardID, graph.Action{})
		return err
	},
}

// TestFaultyAnswersNameThePlace answers with the documented payloads that are
// no JSON. The call fails, and says where.
func TestFaultyAnswersNameThePlace(t *testing.T) {
	place := regexp.MustCompile(`line (\d+), byte (\d+) of it`)
	for _, e := range examples(t, "response.json.invalid") {
		t.Run(e.file, func(t *testing.T) {
			if ways[e.op] == nil {
				t.Fatalf("no call for %s", e.op)
			}
			status := e.page.Status
			if status == http.StatusNoContent {
				status = http.StatusOK // as the draft had it that this is of
			}
			err := ways[e.op](t.Context(), says(t, status, e.text))
			var failure *graph.Error
			if !errors.As(err, &failure) {
				t.Fatalf("%v, want *graph.Error", err)
			}
			if writes := e.page.Method != http.MethodGet; writes && graph.OutcomeOf(err) != graph.Unknown {
				t.Errorf("outcome %v of a write whose answer cannot be read", graph.OutcomeOf(err))
			}
			at := place.FindStringSubmatch(err.Error())
			if at == nil {
				t.Fatalf("%v: it names no place", err)
			}
			// Every one of them goes wrong at a brace after a comma.
			line, _ := strconv.Atoi(at[1])
			column, _ := strconv.Atoi(at[2])
			lines := strings.Split(string(e.text), "\n")
			before := strings.TrimSpace(strings.Join(lines[:line-1], "\n"))
			if lines[line-1][column-1] != '}' || !strings.HasSuffix(before, ",") {
				t.Errorf("%v: there stands %q", err, lines[line-1])
			}
		})
	}
}

// TestFaultyRequestsAreRefused sends the documented requests that are no JSON:
// the sandbox says so and does nothing; mended, they are accepted.
func TestFaultyRequestsAreRefused(t *testing.T) {
	comma := regexp.MustCompile(`,(\s*})`)
	for _, e := range examples(t, "request.json.invalid") {
		t.Run(e.file, func(t *testing.T) {
			r := newRig(t, "", noon)
			if state := before[e.op].state; state != "" {
				r.seed(t, alice, state)
			}
			code, text := r.send(t, alice, e.page.Method, e.path(cardID), e.text)
			if code != http.StatusBadRequest || len(r.box.Effects()) > 0 {
				t.Errorf("%d %s, %d effects; want 400 and none", code, text, len(r.box.Effects()))
			}
			mended := comma.ReplaceAllString(strings.ToValidUTF8(string(e.text), ""), "$1")
			mended = regexp.MustCompile(`^\{[^\s"]*`).ReplaceAllString(mended, "{")
			if code, text := r.send(t, alice, e.page.Method, e.path(cardID), []byte(mended)); code != e.page.Status {
				t.Errorf("mended: %d %s, want %d", code, text, e.page.Status)
			}
		})
	}
}

// refusals are the recorded errors, and what the client must make of them.
var refusals = []struct {
	file, code, inner, message string
	is                         error
}{
	{"400-InvalidFilterClause.json", "BadRequest", "", "Invalid filter clause", nil},
	{"400-badRequest-envelope-sample.json", "badRequest", "invalidRange", "Uploaded fragment overlaps with existing data.", nil},
	{"403-MissingAdminPermissions.json", "Forbidden", "MissingAdminPermissions", "Sorry, you need to be an admin to do this.", graph.ErrForbidden},
	{"403-MissingUserIdHeaderInAppContext.json", "Forbidden", "MissingUserIdHeaderInAppContext",
		"MS-APP-ACTS-AS header needs to be set for application context requests.", graph.ErrForbidden},
	{"404-NoTeamFound-getTeam.json", "NotFound", "", "No team found with Group Id {id}", graph.ErrNotFound},
	{"404-UnknownError-PATCH-shift.json.partial", "", "", "", graph.ErrNotFound},
	{"404-schedule-team-not-found.json.partial", "", "", "", graph.ErrNotFound},
	{"429-TooManyRequests.json", "TooManyRequests", "429", "Please retry again later.", graph.ErrBusy},
	{"shifts-native-WorkforceIntegrationError.json", "WorkforceIntegrationError", "WorkforceIntegrationError",
		"Sorry your change couldn\u2019t be completed.", nil},
}

// TestErrorsAreTakenApart answers a press with every recorded error.
func TestErrorsAreTakenApart(t *testing.T) {
	dir := filepath.Join(published(t), "examples", "errors")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	// SOURCES.json tells where the others are from.
	if len(files) != len(refusals)+1 {
		t.Errorf("%d files of errors, %d rows", len(files)-1, len(refusals))
	}
	for _, row := range refusals {
		text, err := os.ReadFile(filepath.Join(dir, row.file))
		if err != nil {
			t.Fatal(err)
		}
		taken(t, row.file, text, row.code, row.inner, row.message, row.is)
		if strings.HasPrefix(row.file, "shifts-native") {
			// Graph puts the document of Shifts into the message of its own.
			text = fmt.Appendf(nil, `{"error":{"code":"BadRequest","message":%q,"innerError":{"date":"2026-03-02T07:00:00"}}}`, text)
			taken(t, row.file+", within", text, "BadRequest", row.inner, row.message, row.is)
		}
	}
}

// taken checks what the client makes of an error; the status begins the name.
func taken(t *testing.T, name string, text []byte, code, inner, message string, is error) {
	t.Helper()
	status, err := strconv.Atoi(name[:3])
	if err != nil {
		status = http.StatusBadRequest
	}
	err = ways["clockOut"](t.Context(), says(t, status, text))
	var got *graph.Error
	if !errors.As(err, &got) {
		t.Errorf("%s: %v, want *graph.Error", name, err)
		return
	}
	if got.Status != status || got.Code != code || got.InnerCode != inner || got.Message != message {
		t.Errorf("%s: %d %q %q %q, want %d %q %q %q", name, got.Status, got.Code, got.InnerCode, got.Message, status, code, inner, message)
	}
	if is != nil && !errors.Is(err, is) {
		t.Errorf("%s: %v is not %v", name, err, is)
	}
	if want := graph.Refused; status != http.StatusTooManyRequests && graph.OutcomeOf(err) != want {
		t.Errorf("%s: outcome %v, want %v", name, graph.OutcomeOf(err), want)
	}
}

// TestNeighboursAreRead answers with the documented payloads of what stands
// beside time cards.
func TestNeighboursAreRead(t *testing.T) {
	related := func(name string) *graph.Client {
		text, err := os.ReadFile(filepath.Join(published(t), "examples", "related", name))
		if err != nil {
			t.Fatal(err)
		}
		return says(t, http.StatusOK, text)
	}
	ctx, who := t.Context(), as(alice)
	day := graph.Stamp(0)
	if err := day.UnmarshalJSON([]byte(`"2019-03-11T00:00:00Z"`)); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		call func() (any, error)
		want string
	}{
		{"schedule", func() (any, error) { return related("schedule-get-response.json").Schedule(ctx, who, team) },
			"{Enabled:true TimeClock:true TimeZone:America/Chicago FirstDay:Sunday Approved:<nil> Provision:Completed}"},
		{"shifts", func() (any, error) {
			all, err := related("schedule-list-shifts-response.json").Shifts(ctx, who, team, clockOf(day), clockOf(day)+86_400_000)
			return all, err
		}, "[{ID:SHFT_577b75d2-a927-48c0-a5d1-dc984894e7b8 UserID:c5d0c76b-80c4-481c-be50-923cd8d680a1 Group:TAG_228940ed-ff84-4e25-b129-1b395cf78be0 " +
			"Title:Day shift Note:Please do inventory as part of your shift. Theme:blue Start:1552316400000 End:1552348800000}]"},
		{"times off", func() (any, error) {
			all, err := related("schedule-list-timesoff-response.json").TimesOff(ctx, who, team, clockOf(day), clockOf(day)+86_400_000)
			return all, err
		}, "[{ID: UserID:c5d0c76b-80c4-481c-be50-923cd8d680a1 Reason:TOR_891045ca-b5d2-406b-aa06-a3c8921245d7 Theme:white Start:1552287600000 End:1552374000000}]"},
		{"members", func() (any, error) { return related("team-list-members-response.json").Members(ctx, who, team) },
			"[{UserID:73761f06-2ac9-469c-9f10-279a8cc267f9 Name:Adele Vance Email:AdeleV@M365x987948.OnMicrosoft.com Roles:[]} " +
				"{UserID:598efcd4-e549-402a-9602-0b50201faebe Name:MOD Administrator Email:admin@M365x987948.OnMicrosoft.com Roles:[owner]} " +
				"{UserID:752f50b7-256f-4539-b775-c4d12f2e4722 Name:Harry Johnson Email:harry@M365x987948.OnMicrosoft.com Roles:[]}]"},
		{"joined teams", func() (any, error) { return related("user-list-joinedteams-response.json").JoinedTeams(ctx, who) },
			"[{ID:31aa74dd-dd65-43ac-8c4e-0ec1ae5a8ee1 Name:}]"},
		{"me", func() (any, error) { return related("user-get-response.json").Me(ctx, who) },
			"{ID:87d349ed-44d7-43e1-9a83-5f2406dee5bd Name:Adele Vance Email:AdeleV@contoso.onmicrosoft.com SignIn:AdeleV@contoso.onmicrosoft.com Language:en-US}"},
	}
	for _, tt := range tests {
		got, err := tt.call()
		if err != nil || fmt.Sprintf("%+v", got) != tt.want {
			t.Errorf("%s: %+v, %v\nwant %s", tt.name, got, err, tt.want)
		}
	}
}
