package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

const svgSpace = "http://www.w3.org/2000/svg"

// Glyph is a small picture beside words, never instead of them. Its value is
// the path to stroke in a box of 24 by 24.
type Glyph string

// The glyphs, each by what it stands for.
const (
	GlyphIn       Glyph = "M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M3 12h12M11 8l4 4-4 4"
	GlyphOut      Glyph = "M10 4H6a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h4M9 12h12M17 8l4 4-4 4"
	GlyphBreak    Glyph = "M4 9h13v5a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5ZM17 10h2a2.5 2.5 0 0 1 0 5h-2M8 3v2.5M12.500 3v2.5"
	GlyphBack     Glyph = "M8 5.500v13l10.500-6.500Z"
	GlyphCheck    Glyph = "M5 12.500l4.500 4.500L19 7.500"
	GlyphClock    Glyph = "M12 3.500a8.500 8.500 0 1 0 0 17a8.500 8.500 0 0 0 0-17ZM12 7.500V12l3 2"
	GlyphDevice   Glyph = "M8 3h8a1.500 1.500 0 0 1 1.500 1.500v15A1.500 1.500 0 0 1 16 21H8a1.500 1.500 0 0 1-1.500-1.500v-15A1.500 1.500 0 0 1 8 3ZM11 18h2"
	GlyphPlus     Glyph = "M6 3.500h12A2.500 2.500 0 0 1 20.500 6v12a2.500 2.500 0 0 1-2.500 2.500H6A2.500 2.500 0 0 1 3.500 18V6A2.500 2.500 0 0 1 6 3.500ZM12 8v8M8 12h8"
	GlyphPlace    Glyph = "M12 21c4-4.500 6.500-8 6.500-11a6.500 6.500 0 1 0-13 0c0 3 2.500 6.500 6.500 11ZM12 7.800a2.200 2.200 0 1 0 0 4.400a2.200 2.200 0 0 0 0-4.400Z"
	GlyphServer   Glyph = "M12 19V7M7 11.500l5-5 5 5M5 3h14"
	GlyphAlert    Glyph = "M12 4L2.800 19.500h18.400ZM12 10v4.500M12 17.200v.1"
	GlyphHistory  Glyph = "M4 6.500h16M4 12h16M4 17.500h10"
	GlyphMoon     Glyph = "M19 14.500A8 8 0 0 1 9.500 5a7.500 7.500 0 1 0 9.500 9.500Z"
	GlyphMenu     Glyph = "M12 5.500v.1M12 12v.1M12 18.500v.1"
	GlyphNote     Glyph = "M5 5h14v10l-4 4H5ZM9 10h6M9 13.500h3"
	GlyphShare    Glyph = "M12 14.500V3M8 6.500L12 2.500l4 4M7.500 10H6v11h12V10h-1.500"
	GlyphSettings Glyph = "M4 7h9M17 7h3M15 4.500v5M4 12h2M10 12h10M8 9.500v5M4 17h7M15 17h5M13 14.500v5"
	GlyphTeam     Glyph = "M9 11a3.500 3.500 0 1 0 0-7a3.500 3.500 0 0 0 0 7ZM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14a6.500 6.500 0 0 1 3.500 6"
	GlyphWeek     Glyph = "M5 20v-6M12 20V6M19 20v-9"
)

// Class gives the classes of the glyph's element. One that points the way of
// reading turns where that is from right to left.
func (g Glyph) Class() string {
	switch g {
	case GlyphIn, GlyphOut, GlyphBack:
		return "glyph glyph-way"
	}
	return "glyph"
}

// Draw gives the glyph, which assistive technology skips.
func (g Glyph) Draw() app.UI {
	return svg("0 0 24 24").Class(g.Class()).Body(svgPart("path").Attr("d", string(g)))
}

func svg(viewBox string) app.HTMLElem {
	return app.Elem("svg").XMLNS(svgSpace).
		Attr("viewBox", viewBox).
		Attr("focusable", "false").
		Aria("hidden", true)
}

func svgPart(tag string) app.HTMLElem { return app.Elem(tag).XMLNS(svgSpace) }

// Unseen is text for assistive technology only.
func Unseen(text string) app.UI {
	return app.Span().Class("unseen").Text(text)
}
