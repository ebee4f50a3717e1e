package report

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"timeclock/app/clock"
	"timeclock/app/wire"
	"timeclock/app/words"
)

// XLSX writes a report as a workbook of three sheets: the rows of CSV, the
// exceptions, and what the file is about, in the language of the reader. Cells are typed: dates, times of the
// zone of the report, cut to the second, numbers and texts; none is a formula. A
// sheet of more than 16 MB passes through a temporary file.
func XLSX(w io.Writer, r *wire.Report, in *words.Book) error {
	book := excelize.NewFile()
	defer book.Close()
	b := workbook{book: book, teller: tellerOf(r, in)}
	for _, step := range []func(*wire.Report) error{b.prepare, b.hours, b.exceptions, b.about} {
		if err := step(r); err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
	}
	if err := book.DeleteSheet("Sheet1"); err != nil { // the one a new book begins with
		return fmt.Errorf("write workbook: %w", err)
	}
	return book.Write(w)
}

// workbook writes sheets.
type workbook struct {
	teller
	book                            *excelize.File
	head, sum, day, moment, decimal int // styles
	sumDecimal                      int
}

// prepare says what the file is and makes the styles.
func (b *workbook) prepare(r *wire.Report) error {
	err := b.book.SetDocProps(&excelize.DocProperties{
		Creator: b.words.T(words.AppName), LastModifiedBy: b.words.T(words.AppName), Title: line(r.Name),
		Created: b.at(r.AsOf).Format(time.RFC3339), Modified: b.at(r.AsOf).Format(time.RFC3339),
	})
	if err != nil {
		return err
	}
	bold := &excelize.Font{Bold: true}
	fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8ECF2"}}
	date, moment, decimal := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "0.00"
	for _, s := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.head, excelize.Style{Font: bold, Fill: fill, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&b.sum, excelize.Style{Font: bold}},
		{&b.day, excelize.Style{CustomNumFmt: &date}},
		{&b.moment, excelize.Style{CustomNumFmt: &moment}},
		{&b.decimal, excelize.Style{CustomNumFmt: &decimal}},
		{&b.sumDecimal, excelize.Style{CustomNumFmt: &decimal, Font: bold}},
	} {
		if *s.id, err = b.book.NewStyle(&s.style); err != nil {
			return err
		}
	}
	return nil
}

// sheet begins a sheet with a first row that stays in sight, and has write fill
// it.
func (b *workbook) sheet(name words.Key, widths []float64, headings []string, write func(*rowWriter) error) error {
	if _, err := b.book.NewSheet(b.words.File(name)); err != nil {
		return err
	}
	stream, err := b.book.NewStreamWriter(b.words.File(name))
	if err != nil {
		return err
	}
	for i, width := range widths {
		if err := stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	out := &rowWriter{stream: stream}
	if len(headings) > 0 {
		err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
		if err != nil {
			return err
		}
		if err := out.row(styled(b.head, headings...)...); err != nil {
			return err
		}
	}
	if err := write(out); err != nil {
		return err
	}
	return stream.Flush()
}

// rowWriter writes one row after the other.
type rowWriter struct {
	stream *excelize.StreamWriter
	rows   int
}

func (w *rowWriter) row(cells ...any) error {
	w.rows++
	return w.stream.SetRow(fmt.Sprint("A", w.rows), cells)
}

// styled gives texts as cells of one style.
func styled(style int, texts ...string) []any {
	var cells []any
	for _, text := range texts {
		cells = append(cells, excelize.Cell{StyleID: style, Value: text})
	}
	return cells
}

// wall gives a moment as a cell that shows the time of the zone: a workbook
// knows of no zones.
func (b *workbook) wall(i clock.Instant) any {
	if i == 0 {
		return nil
	}
	t := b.at(i)
	return excelize.Cell{StyleID: b.moment, Value: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)}
}

func (b *workbook) date(d clock.Date) any {
	return excelize.Cell{StyleID: b.day, Value: time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)}
}

func (b *workbook) hours(r *wire.Report) error {
	widths := []float64{13, 26, 14, 12, 19, 19, 18, 8, 8, 10, 10, 10, 10, 10, 10, 10, 10, 10, 70}
	return b.sheet(words.FileHours, widths, b.headings(), func(out *rowWriter) error {
		for one := range rows(r) {
			if err := out.row(b.record(r, one)...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *workbook) record(r *wire.Report, one row) []any {
	plain, decimals := 0, b.decimal
	if one.day == nil {
		plain, decimals = b.sum, b.sumDecimal
	}
	cell := func(v any) any { return excelize.Cell{StyleID: plain, Value: v} }
	cells := []any{cell(b.words.File(one.kind)), cell(b.name(one.person)), cell(line(one.person.ID)), nil, nil, nil, cell(r.Zone)}
	if d := one.day; d != nil {
		cells[3], cells[4], cells[5] = b.date(d.Date), b.wall(d.First), b.wall(d.Last)
	}
	for _, n := range []int{one.sum.Cards, one.sum.Open, one.sum.Confirmed} {
		cells = append(cells, cell(n))
	}
	m, h := one.sum.Hours.Minutes, one.sum.Hours.Hundredths
	for _, n := range []int64{m.Paused, m.Worked, m.Regular, m.Over} {
		cells = append(cells, cell(n))
	}
	for _, n := range []int64{h.Paused, h.Worked, h.Regular, h.Over} {
		cells = append(cells, excelize.Cell{StyleID: decimals, Value: float64(n) / 100})
	}
	return append(cells, cell(b.what(one.what)))
}

func (b *workbook) exceptions(r *wire.Report) error {
	heads := []string{b.words.File(words.FileName), b.words.File(words.FileID), b.words.File(words.FileDate), b.words.File(words.FileWhat)}
	return b.sheet(words.FileExceptions, []float64{26, 14, 12, 70}, heads, func(out *rowWriter) error {
		for _, p := range r.People {
			for _, e := range p.Exceptions {
				err := out.row(b.name(p.Person), line(p.Person.ID), b.date(e.Date), b.dated(e))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// about says what the file is of, and how its figures came about.
func (b *workbook) about(r *wire.Report) error {
	return b.sheet(words.FileAbout, []float64{34, 90}, nil, func(out *rowWriter) error {
		for _, one := range b.facts(r) {
			if err := out.row(excelize.Cell{StyleID: b.sum, Value: one[0]}, one[1]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *workbook) facts(r *wire.Report) [][2]string {
	all := [][2]string{
		{b.words.File(words.FileTeamName), line(r.Name)},
		{b.words.File(words.FilePeriod), b.words.File(words.FileToDay, "from", r.From.String(), "to", r.To.AddDays(-1).String())},
		{b.words.File(words.FileZone), r.Zone},
		{b.words.File(words.FileAsOf), b.at(r.AsOf).Format(time.RFC3339)},
		{"", b.words.File(words.FileCounted)},
		{"", b.words.File(words.FileOpenCards, "n", fmt.Sprint(r.Total.Open))},
		{"", b.words.File(words.FileRounded)},
	}
	if r.ShiftsStale != "" {
		all = append(all, [2]string{"", b.words.File(words.FileNoShifts)})
	}
	label := b.words.File(words.FileRules)
	for _, text := range b.words.Rules(r.Rules) {
		all = append(all, [2]string{label, text})
		label = ""
	}
	return all
}
