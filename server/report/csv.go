package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"timeclock/app/wire"
	"timeclock/app/words"
)

// bom begins the file: without it Excel takes UTF-8 for another encoding.
const bom = "\ufeff"

// CSV writes a report as comma-separated values (RFC 4180) in UTF-8 with a byte
// order mark: a row for each day of each person, for each person's total and for
// the team's. Dates and times are in the zone of the report, times with their
// offset, cut to the second. A text that a program might take for a formula
// stands behind an apostrophe. It is in English whoever asks for it: programs
// read it too.
func CSV(w io.Writer, r *wire.Report) error {
	if _, err := io.WriteString(w, bom); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	t := tellerOf(r, &words.English)
	if err := out.Write(t.headings()); err != nil {
		return err
	}
	for one := range rows(r) {
		if err := out.Write(record(r, one, t)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// headings name the columns.
func (t teller) headings() []string {
	names := []string{}
	for _, k := range []words.Key{
		words.FileRow, words.FileName, words.FileID, words.FileDate, words.FileFirst, words.FileLast, words.FileZone,
		words.FileCards, words.FileOpen, words.FileConfirmed,
	} {
		names = append(names, t.words.File(k))
	}
	for _, unit := range []words.Key{words.FileMinutes, words.FileDecimal} {
		for _, k := range []words.Key{words.FileBreaks, words.FileWorked, words.FileRegular, words.FileOver} {
			names = append(names, t.words.File(k, "unit", t.words.File(unit)))
		}
	}
	return append(names, t.words.File(words.FileWhat))
}

func record(r *wire.Report, one row, t teller) []string {
	fields := []string{t.words.File(one.kind), neutral(t.name(one.person)), neutral(line(one.person.ID)), "", "", "", r.Zone}
	if d := one.day; d != nil {
		fields[3], fields[4] = d.Date.String(), t.at(d.First).Format(time.RFC3339)
		if d.Last != 0 {
			fields[5] = t.at(d.Last).Format(time.RFC3339)
		}
	}
	for _, n := range []int{one.sum.Cards, one.sum.Open, one.sum.Confirmed} {
		fields = append(fields, strconv.Itoa(n))
	}
	m, h := one.sum.Hours.Minutes, one.sum.Hours.Hundredths
	for _, n := range []int64{m.Paused, m.Worked, m.Regular, m.Over} {
		fields = append(fields, strconv.FormatInt(n, 10))
	}
	for _, n := range []int64{h.Paused, h.Worked, h.Regular, h.Over} {
		fields = append(fields, decimal(n))
	}
	return append(fields, neutral(t.what(one.what)))
}

// decimal writes hundredths as hours, 1.05.
func decimal(hundredths int64) string {
	whole, rest := strconv.FormatInt(hundredths/100, 10), strconv.FormatInt(hundredths%100, 10)
	return whole + "." + strings.Repeat("0", 2-len(rest)) + rest
}

// neutral keeps text from being taken for a formula by a program that opens the
// file: what begins like one, after any apostrophes, gets one in front.
func neutral(text string) string {
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠", first(strings.TrimLeft(text, "'"))) {
		return "'" + text
	}
	return text
}

// first gives the first character of text, 0 when there is none.
func first(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}
