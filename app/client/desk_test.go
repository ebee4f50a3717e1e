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
