package doctor

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The columns of a report, in characters.
const (
	stateWidth = len("not run") + 2
	nameWidth  = len("approved location") + 2
	lineWidth  = 100
)

// WriteText writes the report for people: a line or more for each check, its
// state in words, what was found, and below that what to do.
func (r Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, f := range r.Checks {
		f.write(&b)
	}
	fmt.Fprintf(&b, "\n%d ok, %d warn, %d fail, %d not run\n", r.Counts[OK], r.Counts[Warn], r.Counts[Fail], r.Counts[NotRun])
	_, err := io.WriteString(w, b.String())
	return err
}

func (f Finding) write(b *strings.Builder) {
	head := fmt.Sprintf("%-*s%-*s", stateWidth, f.State, nameWidth, f.Name)
	indent := strings.Repeat(" ", len(head))
	paragraph(b, head, indent, f.Found)
	for _, d := range f.Details {
		paragraph(b, indent+"- ", indent+"  ", d)
	}
	if f.Advice != "" {
		paragraph(b, indent+"> ", indent+"  ", f.Advice)
	}
	if len(f.Settings) > 0 {
		paragraph(b, indent+"  ", indent+"  ", "("+strings.Join(f.Settings, ", ")+")")
	}
}

// paragraph breaks text between words into lines, the first after first and the
// others after rest. A word too long for a line stands on one of its own.
func paragraph(b *strings.Builder, first, rest, text string) {
	line, width := first, utf8.RuneCountInString(first)
	began := true
	for _, word := range strings.Fields(text) {
		if size := utf8.RuneCountInString(word); !began && width+1+size > lineWidth {
			b.WriteString(line + "\n")
			line, width, began = rest, utf8.RuneCountInString(rest), true
		}
		if !began {
			line, width = line+" ", width+1
		}
		line, width, began = line+word, width+utf8.RuneCountInString(word), false
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}
