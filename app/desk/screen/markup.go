package screen

import (
	"html"
	"strings"

	"timeclock/app/ui"
)

// markup writes HTML for what is drawn so often that making every element of it
// one by one would hold up a slow phone. Whatever it is given as a value or as text
// is escaped; tags and names stand in the source. It is ready to use.
type markup struct{ strings.Builder }

// open begins an element with attributes, a name and a value each in turn.
func (m *markup) open(tag string, attributes ...string) {
	m.WriteByte('<')
	m.WriteString(tag)
	for i := 0; i+1 < len(attributes); i += 2 {
		m.WriteByte(' ')
		m.WriteString(attributes[i])
		m.WriteString(`="`)
		m.text(attributes[i+1])
		m.WriteByte('"')
	}
	m.WriteByte('>')
}

// close ends elements, the innermost first.
func (m *markup) close(tags ...string) {
	for _, tag := range tags {
		m.WriteString("</")
		m.WriteString(tag)
		m.WriteByte('>')
	}
}

// text writes text, within an element or between the quotes of a value.
func (m *markup) text(text string) { m.WriteString(html.EscapeString(text)) }

// span writes text in an element of its own.
func (m *markup) span(text string, attributes ...string) {
	m.open("span", attributes...)
	m.text(text)
	m.close("span")
}

// glyph draws what ui.Glyph.Draw does.
func (m *markup) glyph(g ui.Glyph) {
	m.open("svg", "class", g.Class(), "viewBox", "0 0 24 24", "focusable", "false", "aria-hidden", "true")
	m.open("path", "d", string(g))
	m.close("path", "svg")
}
