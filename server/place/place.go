// Package place judges whether a press was made at a team's approved location.
//
// A position comes in as an argument and a yes, a no or nothing goes out: the
// package keeps nothing, says nothing of a position in an error, and logs
// nothing. What cannot be read, or is too vague to tell, is not known; that is
// never a reason against a press.
package place

import (
	"encoding/json"
	"math"

	"timeclock/app/wire"
	"timeclock/server/graph"
)

// Read reads a position as it was sent with a press, and reports whether there
// is one that can be.
func Read(raw []byte) (wire.Position, bool) {
	var p wire.Position
	if len(raw) == 0 || json.Unmarshal(raw, &p) != nil {
		return wire.Position{}, false
	}
	return p, p.Accuracy > 0 && Known(graph.Location{Latitude: p.Latitude, Longitude: p.Longitude})
}

// Known reports whether l is a place on Earth.
func Known(l graph.Location) bool {
	return math.Abs(l.Latitude) <= 90 && math.Abs(l.Longitude) <= 180
}

// At tells whether p lies within radius metres of the approved location; nil
// when that cannot be told.
//
// A device is right within p.Accuracy. It was elsewhere when the whole circle
// of that size around p lies outside, and here when p lies inside and the
// circle is not larger than the radius. Anything between may be either.
func At(p wire.Position, approved graph.Location, radius float64) *bool {
	here := graph.Location{Latitude: p.Latitude, Longitude: p.Longitude}
	switch away := Distance(here, approved); {
	case away-p.Accuracy > radius:
		return new(false)
	case away <= radius && p.Accuracy <= radius:
		return new(true)
	}
	return nil
}

// earth is the mean radius of the Earth in metres (IUGG). As a sphere it is
// wrong by less than 0.6 %.
const earth = 6_371_008.8

// Distance gives the metres along the ground between two places, by the
// haversine formula.
func Distance(a, b graph.Location) float64 {
	lat1, lat2 := radians(a.Latitude), radians(b.Latitude)
	north := math.Sin((lat2 - lat1) / 2)
	east := math.Sin(radians(b.Longitude-a.Longitude) / 2)
	h := north*north + math.Cos(lat1)*math.Cos(lat2)*east*east
	return 2 * earth * math.Asin(math.Sqrt(min(1, h)))
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }
