package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Piece is a part of a Lane, from one place to another in percent of it. They
// differ in shape, not in colour alone.
type Piece struct {
	Kind     PieceKind
	From, To float64
}

// PieceKind is what a Piece stands for, and its class.
type PieceKind string

// PiecePlan is drawn as a frame, PieceWork as a bar, PiecePause as a thin one,
// and PieceNow as a line at From.
const (
	PiecePlan  PieceKind = "plan"
	PieceWork  PieceKind = "work"
	PiecePause PieceKind = "pause"
	PieceNow   PieceKind = "now"
)

// pieceHeights are where a kind begins and how high it is, in percent.
var pieceHeights = map[PieceKind][2]float64{
	PiecePlan: {6, 88}, PieceWork: {22, 56}, PiecePause: {44, 12}, PieceNow: {0, 100},
}

// Tick is a place on an Axis, in percent, with what it says.
type Tick struct {
	At   float64
	Text string
}

// Lane draws pieces over one another, in their order. It says nothing that does
// not stand beside it in words.
func Lane(pieces []Piece) app.UI {
	parts := make([]app.UI, len(pieces))
	for i, p := range pieces {
		y, width := pieceHeights[p.Kind], percent(p.To-p.From)
		if p.Kind == PieceNow {
			width = "2"
		}
		parts[i] = svgPart("rect").Class("piece", "piece-"+string(p.Kind)).
			Attr("x", percent(p.From)).Attr("width", width).Attr("y", percent(y[0])).Attr("height", percent(y[1]))
	}
	return unscaled("lane").Body(parts...)
}

// Axis draws the ticks above lanes.
func Axis(ticks []Tick) app.UI {
	parts := make([]app.UI, len(ticks))
	for i, t := range ticks {
		parts[i] = svgPart("text").Class("tick").Attr("x", percent(t.At)).Attr("y", "75%").Text(t.Text)
	}
	return unscaled("lane", "axis").Body(parts...)
}

// unscaled is a picture whose parts have their places in percent.
func unscaled(class ...string) app.HTMLElem {
	return app.Elem("svg").XMLNS(svgSpace).Class(class...).Attr("focusable", "false").Aria("hidden", true)
}

func percent(n float64) string { return strconv.FormatFloat(n, 'f', 2, 64) + "%" }
