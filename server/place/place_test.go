package place

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"timeclock/app/wire"
	"timeclock/server/graph"
)

func at(latitude, longitude float64) graph.Location {
	return graph.Location{Latitude: latitude, Longitude: longitude}
}

func positions(t *rapid.T, name string) graph.Location {
	// The poles and the antimeridian are as likely as the rest of the Earth.
	latitude := rapid.OneOf(rapid.Float64Range(-90, 90), rapid.SampledFrom([]float64{-90, -89.9999, 0, 89.9999, 90}))
	longitude := rapid.OneOf(rapid.Float64Range(-180, 180), rapid.SampledFrom([]float64{-180, -179.9999, 0, 179.9999, 180}))
	return at(latitude.Draw(t, name+" latitude"), longitude.Draw(t, name+" longitude"))
}

// chord is the distance by another formula: the angle between two vectors.
func chord(a, b graph.Location) float64 {
	vector := func(l graph.Location) [3]float64 {
		lat, lon := l.Latitude*math.Pi/180, l.Longitude*math.Pi/180
		return [3]float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
	}
	v, w := vector(a), vector(b)
	cross := [3]float64{v[1]*w[2] - v[2]*w[1], v[2]*w[0] - v[0]*w[2], v[0]*w[1] - v[1]*w[0]}
	sin := math.Sqrt(cross[0]*cross[0] + cross[1]*cross[1] + cross[2]*cross[2])
	return earth * math.Atan2(sin, v[0]*w[0]+v[1]*w[1]+v[2]*w[2])
}

func TestDistanceIsThatOfASphere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := positions(t, "a"), positions(t, "b"), positions(t, "c")
		d := Distance(a, b)
		if want := chord(a, b); math.Abs(d-want) > 0.5 {
			t.Errorf("from %v to %v: %f m, by vectors %f", a, b, d, want)
		}
		if back := Distance(b, a); math.Abs(d-back) > 1e-6 || d < 0 || math.IsNaN(d) {
			t.Errorf("from %v to %v: %f m, and back %f", a, b, d, back)
		}
		if around := Distance(a, c) + Distance(c, b); d > around+0.5 {
			t.Errorf("from %v to %v: %f m, by way of %v %f", a, b, d, c, around)
		}
		if d := Distance(a, a); d != 0 {
			t.Errorf("from %v to itself: %f m", a, d)
		}
	})
}

// TestDistanceGoesRoundTheEarth: the poles are one place whatever the
// longitude, and so is the antimeridian from either side.
func TestDistanceGoesRoundTheEarth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := positions(t, "a")
		for _, pole := range []float64{-90, 90} {
			east, west := Distance(a, at(pole, 123)), Distance(a, at(pole, -17))
			if want := math.Abs(pole-a.Latitude) * math.Pi / 180 * earth; math.Abs(east-want) > 0.5 || math.Abs(west-want) > 0.5 {
				t.Errorf("from %v to the pole: %f and %f m, want %f", a, east, west, want)
			}
		}
		lat := rapid.Float64Range(-90, 90).Draw(t, "lat")
		if east, west := Distance(a, at(lat, 180)), Distance(a, at(lat, -180)); math.Abs(east-west) > 0.5 {
			t.Errorf("from %v to the antimeridian: %f m and %f", a, east, west)
		}
	})
}

func TestDistanceKnown(t *testing.T) {
	for _, row := range []struct {
		name string
		a, b graph.Location
		want float64
		off  float64
	}{
		{"Stockholm to Gothenburg", at(59.3293, 18.0686), at(57.7089, 11.9746), 397_000, 2_000},
		{"200 m north", at(59.3251, 18.0711), at(59.3251+200/111_195.08, 18.0711), 200, 0.01},
		{"across the antimeridian", at(-16.8, 179.9995), at(-16.8, -179.9995), 106.4, 0.2},
		{"across the north pole", at(89.9995, 0), at(89.9995, 180), 111.2, 0.1},
		{"to the other side", at(10, 20), at(-10, -160), math.Pi * earth, 0.1},
	} {
		if got := Distance(row.a, row.b); math.Abs(got-row.want) > row.off {
			t.Errorf("%s: %f m, want %f", row.name, got, row.want)
		}
	}
}

func TestAt(t *testing.T) {
	cafe := at(59.3251, 18.0711)
	for _, row := range []struct {
		name           string
		away, accuracy float64
		want           string
	}{
		{"at the door", 0, 10, "yes"},
		{"within the radius", 199, 30, "yes"},
		{"as vague as the radius", 100, 200, "yes"},
		{"vaguer than the radius", 0, 201, "not known"},
		{"a whole town", 0, 5_000, "not known"},
		{"outside, but perhaps not", 220, 30, "not known"},
		{"outside for sure", 240, 30, "no"},
		{"far away, by a cell", 9_000, 3_000, "no"},
		{"far away, by a whole town", 3_000, 5_000, "not known"},
		{"the other side of the Earth", 20_000_000, 10, "no"},
	} {
		here := wire.Position{Latitude: cafe.Latitude - row.away/111_195.08, Longitude: cafe.Longitude, Accuracy: row.accuracy}
		if got := said(At(here, cafe, 200)); got != row.want {
			t.Errorf("%s, %.0f m away ± %.0f: %s, want %s", row.name, row.away, row.accuracy, got, row.want)
		}
	}
}

func said(is *bool) string {
	switch {
	case is == nil:
		return "not known"
	case *is:
		return "yes"
	}
	return "no"
}

// TestAtNeverSaysNoOfSomebodyWhoMayBeThere, and a better reading never turns a
// no into a yes.
func TestAtNeverSaysNoOfSomebodyWhoMayBeThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		place := positions(t, "approved")
		radius := rapid.Float64Range(50, 5000).Draw(t, "radius")
		p := wire.Position{
			Latitude:  rapid.Float64Range(-90, 90).Draw(t, "latitude"),
			Longitude: rapid.Float64Range(-180, 180).Draw(t, "longitude"),
			Accuracy:  rapid.Float64Range(0.1, 1e7).Draw(t, "accuracy"),
		}
		if rapid.Bool().Draw(t, "near") {
			p.Latitude = max(-90, min(90, place.Latitude+rapid.Float64Range(-0.05, 0.05).Draw(t, "north")))
			p.Longitude = place.Longitude
		}
		away := Distance(at(p.Latitude, p.Longitude), place)
		got := said(At(p, place, radius))
		if got == "no" && away <= radius {
			t.Errorf("no, %f m away within %f", away, radius)
		}
		if got == "yes" && away > radius {
			t.Errorf("yes, %f m away within %f", away, radius)
		}
		p.Accuracy /= 2
		if better := said(At(p, place, radius)); got != "not known" && better != got {
			t.Errorf("%s, and twice as accurate %s", got, better)
		}
	})
}

func TestRead(t *testing.T) {
	for text, want := range map[string]bool{
		`{"latitude":59.3251,"longitude":18.0711,"accuracy":20}`: true,
		`{"latitude":-90,"longitude":180,"accuracy":0.5}`:        true,
		`{"latitude":0,"longitude":0,"accuracy":1,"speed":3}`:    true,
		``:                                  false,
		`null`:                              false,
		`{}`:                                false,
		`"59.3,18.0"`:                       false,
		`[59.3251,18.0711]`:                 false,
		`{"latitude":59.3,"longitude":18}`:  false, // nobody knows how sure that is
		`{"latitude":"59.3","accuracy":20}`: false,
		`{"latitude":91,"longitude":18,"accuracy":20}`:        false,
		`{"latitude":59,"longitude":-180.1,"accuracy":20}`:    false,
		`{"latitude":59,"longitude":18,"accuracy":-1}`:        false,
		`{"latitude":1e999,"longitude":18,"accuracy":20}`:     false,
		`{"latitude":59,"longitude":18,"accuracy":20`:         false,
		`{"latitude":null,"longitude":null,"accuracy":null}`:  false,
		`{"latitude":{"$gt":0},"longitude":18,"accuracy":20}`: false,
	} {
		if _, ok := Read([]byte(text)); ok != want {
			t.Errorf("Read(%s) = %t, want %t", text, ok, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"latitude":59.3251,"longitude":18.0711,"accuracy":20}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, ok := Read(raw)
		if !ok {
			return
		}
		if d := Distance(at(p.Latitude, p.Longitude), at(90, 0)); math.IsNaN(d) || d < 0 || d > math.Pi*earth+1 {
			t.Errorf("Read(%s) is %f m from the pole", raw, d)
		}
	})
}

func TestAPositionIsNotPrinted(t *testing.T) {
	sent := wire.Located{Position: &wire.Position{Latitude: 59.3251, Longitude: 18.0711, Accuracy: 20}}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, v := range []any{sent, &sent, *sent.Position, sent.Position} {
			if text := fmt.Sprintf(format, v); strings.Contains(text, "59.") || strings.Contains(text, "18.0") {
				t.Errorf("%s of %T is %s", format, v, text)
			}
		}
	}
}
