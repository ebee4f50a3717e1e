package client

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"timeclock/app/browser"
	"timeclock/app/clock"
	"timeclock/app/wire"
)

// TestManyRowsAreReadAFewAtATime: what is told of a large team arrives whole and
// once, after the page could be drawn in between.
func TestManyRowsAreReadAFewAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		want := wire.BoardChanged{Team: "t", AsOf: 5, Gone: []string{"otto"}}
		for i := range 3*rowsAtOnce + 1 {
			want.Rows = append(want.Rows, wire.Row{Person: wire.Person{ID: fmt.Sprint(i)}, State: clock.In, At: clock.Instant(i)})
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		s := &streams{scripts: []string{"event: board\ndata: " + string(text) + "\n\nevent: board\ndata: {\"team\":\"t\",\"asOf\":6}\n\n…"}, begin: time.Now()}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var heard []wire.BoardChanged
		begun := time.Now()
		s.client().Watch(ctx, "t", func(e DeskEvent) {
			if e.Board == nil {
				return
			}
			if heard = append(heard, *e.Board); len(heard) == 1 && time.Since(begun) != 3*rest {
				t.Errorf("it was read with %v for the page, want %v", time.Since(begun), 3*rest)
			}
		})
		if want := []wire.BoardChanged{want, {Team: "t", AsOf: 6}}; !reflect.DeepEqual(heard, want) {
			t.Errorf("heard %+v, want %+v", heard, want)
		}
	})
}

// TestARowThatCannotBeRead ends the stream, as any event that cannot be.
func TestARowThatCannotBeRead(t *testing.T) {
	for _, rows := range []string{`[{"at":1},{"at":"soon"}]`, `[1]`, `{}`} {
		_, err := deskEventOf(wire.EventBoard, `{"team":"t","rows":`+rows+`}`)
		if err == nil || !strings.HasPrefix(err.Error(), "read event board: ") {
			t.Errorf("rows %s are read: %v", rows, err)
		}
	}
}

// TestBoardIsReadWhole, or not at all: rows are read after the rest of it.
func TestBoardIsReadWhole(t *testing.T) {
	for body, want := range map[string]struct {
		rows int
		code wire.Code
	}{
		`{"team":"t","rows":[{"at":1},{"at":2}],"now":3}`: {2, ""},
		`{"team":"t","rows":[],"now":3}`:                  {0, ""},
		`{"team":"t","rows":[{"at":1},{"at":"soon"}]}`:    {-1, wire.CodeOffline},
		`{"team":"other","rows":[]}`:                      {-1, wire.CodeOffline},
		`{"team":"t","rows":[{"at":1}`:                    {-1, wire.CodeOffline},
	} {
		c := &Client{Fetch: func(context.Context, browser.Request) (browser.Response, error) {
			return browser.Response{Status: 200, Header: browser.Header{"content-type": "application/json"}, Body: []byte(body)}, nil
		}}
		got, err := c.Board(t.Context(), "t", false)
		if CodeOf(err) != want.code {
			t.Errorf("%s is read with %v, want %q", body, err, want.code)
		}
		if err != nil {
			continue
		}
		if got.Rows == nil || len(got.Rows) != want.rows || got.Now != 3 || want.rows > 0 && got.Rows[1].At != 2 {
			t.Errorf("%s is read as %+v", body, got)
		}
	}
}
