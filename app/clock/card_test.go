package clock

import (
	"reflect"
	"testing"
)

func TestPlaced(t *testing.T) {
	yes, no := true, false
	was := Card{
		In: &Event{At: 10, Approved: &yes}, Out: &Event{At: 40, Note: "bye"},
		Breaks: []Break{{Start: Event{At: 10}, End: &Event{At: 20}}, {Start: Event{At: 30}, End: &Event{At: 40}}, {Start: Event{At: 40}}},
	}
	before := was.Placed(-1, &no)
	got := was.Placed(40, &no)
	want := Card{
		In: &Event{At: 10, Approved: &yes}, Out: &Event{At: 40, Note: "bye", Approved: &no},
		Breaks: []Break{{Start: Event{At: 10}, End: &Event{At: 20}}, {Start: Event{At: 30}, End: &Event{At: 40, Approved: &no}},
			{Start: Event{At: 40, Approved: &no}}},
	}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(was, before) {
		t.Errorf("placed it is %+v, and was %+v", got, was)
	}
	if got := was.Placed(10, &no); !*got.In.Approved || *got.Breaks[0].Start.Approved {
		t.Errorf("what was known is %v now, what was not %v", *got.In.Approved, got.Breaks[0].Start.Approved)
	}
}
