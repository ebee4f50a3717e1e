package screen

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/clock"
	"timeclock/app/desk"
	"timeclock/app/tell"
	"timeclock/app/ui"
	"timeclock/app/wire"
)

// FuzzRowShowsANameAsItIs: whatever a tenant calls somebody is read as text and as
// the value of an attribute, and as nothing else.
func FuzzRowShowsANameAsItIs(f *testing.F) {
	for _, name := range []string{"Anna Lind", `"><script>alert(1)</script>`, `' onfocus='x' "`, "a & b &amp; c &#34;", "<!--", "]]>", "\u00e9\u200f"} {
		f.Add(name, "id-1")
	}
	s := wednesday()
	times := tell.For(s.Now(), s.TeamZone(), "Europe/Stockholm")
	elements := func(t testing.TB, name, id string) (tags []string, text string, ids []string) {
		var m markup
		m.row(times, &desk.Row{Row: wire.Row{Person: wire.Person{ID: id, Name: name}, State: clock.Out}}, 0, true)
		d := xml.NewDecoder(strings.NewReader(strings.Replace(m.String(), "</label>", "</input></label>", 1)))
		for {
			token, err := d.Token()
			if err == io.EOF {
				return tags, text, ids
			}
			if err != nil {
				t.Fatalf("%v in %s", err, m.String())
			}
			switch token := token.(type) {
			case xml.StartElement:
				tag := token.Name.Local
				for _, a := range token.Attr {
					tag += " " + a.Name.Local
					if a.Name.Local == "data-person" {
						ids = append(ids, a.Value)
					}
				}
				tags = append(tags, tag)
			case xml.CharData:
				text += string(token)
			case xml.Comment, xml.Directive, xml.ProcInst:
				t.Fatalf("%T in %s", token, m.String())
			}
		}
	}
	plain, _, _ := elements(f, "x", "y")
	f.Fuzz(func(t *testing.T, name, id string) {
		name, id = readable(name), readable(id)
		tags, text, ids := elements(t, name, id)
		if strings.Join(tags, "\n") != strings.Join(plain, "\n") {
			t.Errorf("the name %q makes the elements\n%s", name, strings.Join(tags, "\n"))
		}
		if !strings.HasPrefix(text, name) || len(ids) != 1 || ids[0] != id {
			t.Errorf("the name %q reads %q, the id %q reads %q", name, text, id, ids)
		}
	})
}

// TestGlyphIsWrittenAsItIsDrawn: go-app and markup make the same element of one.
func TestGlyphIsWrittenAsItIsDrawn(t *testing.T) {
	parts := func(text string) (parts []string) {
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			token, err := d.Token()
			if err == io.EOF {
				slices.Sort(parts)
				return parts
			}
			if err != nil {
				t.Fatalf("%v in %s", err, text)
			}
			if e, ok := token.(xml.StartElement); ok {
				for _, a := range e.Attr {
					if a.Name.Local != "xmlns" { // which HTML knows by the tag
						parts = append(parts, e.Name.Local+" "+a.Name.Local+"="+a.Value)
					}
				}
			}
		}
	}
	for _, g := range []ui.Glyph{ui.GlyphAlert, ui.GlyphIn} {
		var m markup
		m.glyph(g)
		drawn := strings.ReplaceAll(app.HTMLString(g.Draw()), "aria-hidden", `aria-hidden="true"`)
		drawn = strings.ReplaceAll(drawn, `="true"="true"`, `="true"`)
		if got, want := parts(m.String()), parts(drawn); len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("it is written as %q and drawn as %q", got, want)
		}
	}
}

// readable leaves out what XML, which the test reads by, cannot say.
func readable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xfffd || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}
