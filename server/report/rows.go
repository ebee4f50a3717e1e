package report

import (
	"iter"
	"slices"
	"strings"
	"time"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// row is a line of a file: a day of a person, what a person's days add up to, or
// what the people add up to.
type row struct {
	kind   words.Key // words.FileDay, FilePerson or FileTeam
	person wire.Person
	day    *wire.ReportDay // of a day alone
	sum    wire.ReportSum
	what   []clock.Exception // not told in a row before
}

// rows lists the lines of r, those of a person together, the total last.
func rows(r *wire.Report) iter.Seq[row] {
	return func(yield func(row) bool) {
		for i := range r.People {
			p := &r.People[i]
			rest := p.Exceptions
			for j := range p.Days {
				d := &p.Days[j]
				var own []clock.Exception
				own, rest = part(rest, func(e clock.Exception) bool { return e.Date == d.Date && e.Rule != clock.RuleOverWeek })
				sum := count(*d)
				sum.Hours = d.Hours
				if !yield(row{words.FileDay, p.Person, d, sum, own}) {
					return
				}
			}
			if !yield(row{words.FilePerson, p.Person, nil, p.Total, rest}) {
				return
			}
		}
		yield(row{kind: words.FileTeam, sum: r.Total})
	}
}

// part gives those of all that are so, and the others.
func part(all []clock.Exception, so func(clock.Exception) bool) (those, others []clock.Exception) {
	for _, e := range all {
		if so(e) {
			those = append(those, e)
		} else {
			others = append(others, e)
		}
	}
	return those, others
}

// teller tells a report in words, its times in its zone.
type teller struct {
	loc   *time.Location
	words *words.Book
}

func tellerOf(r *wire.Report, book *words.Book) teller {
	return teller{Period{Team: wire.Team{Zone: r.Zone}}.Location(), book}
}

func (t teller) at(i clock.Instant) time.Time { return i.Time().In(t.loc).Truncate(time.Second) }

// what says exceptions in one line.
func (t teller) what(all []clock.Exception) string {
	var texts []string
	for _, e := range all {
		text := t.dated(e)
		if e.Rule == clock.RuleAbsent { // on a day that may have no row
			text = t.words.File(words.FileDayOf, "day", e.Date.String(), "text", text)
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

// dated says an exception beside its date.
func (t teller) dated(e clock.Exception) string {
	text := t.exception(e)
	if e.Rule == clock.RuleOverWeek {
		return t.words.File(words.FileWeekOf, "day", e.Date.String(), "text", text)
	}
	return text
}

func (t teller) exception(e clock.Exception) string {
	planned := ""
	if e.Planned != 0 {
		planned = t.at(e.Planned).Format("15:04")
	}
	return t.words.Exception(e, planned)
}

// name is a person's name in one line.
func (t teller) name(p wire.Person) string {
	if text := strings.TrimSpace(line(p.Name)); text != "" || p.ID == "" {
		return text
	}
	return t.words.File(words.FileNoName)
}

// line is text that comes from people, in one line: characters that would break
// it, or that a file cannot hold, are spaces.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
