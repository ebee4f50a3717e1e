package words

// The words in files that people keep. The English are no part of English,
// since only the server writes files.
const (
	FileHours      Key = "file.hours" // names of the sheets
	FileExceptions Key = "file.exceptions"
	FileAbout      Key = "file.about"

	FileRow       Key = "file.row" // what a row is, and the kinds of it
	FileDay       Key = "file.day"
	FilePerson    Key = "file.personTotal"
	FileTeam      Key = "file.teamTotal"
	FileName      Key = "file.name"
	FileID        Key = "file.id"
	FileDate      Key = "file.date"
	FileFirst     Key = "file.first"
	FileLast      Key = "file.last"
	FileZone      Key = "file.zone"
	FileCards     Key = "file.cards"
	FileOpen      Key = "file.open"
	FileConfirmed Key = "file.confirmed"
	FileBreaks    Key = "file.breaks" // unit
	FileWorked    Key = "file.worked"
	FileRegular   Key = "file.regular"
	FileOver      Key = "file.over"
	FileMinutes   Key = "file.minutes" // units
	FileDecimal   Key = "file.decimal"
	FileWhat      Key = "file.what"

	FileNoName    Key = "file.noName"
	FileWeekOf    Key = "file.weekOf" // day, text
	FileDayOf     Key = "file.dayOf"  // day, text
	FilePeriod    Key = "file.period" // labels of the sheet about the file
	FileToDay     Key = "file.toDay"  // from, to
	FileAsOf      Key = "file.asOf"
	FileCounted   Key = "file.counted"
	FileRules     Key = "file.rules"
	FileRounded   Key = "file.rounded"
	FileOpenCards Key = "file.openCards" // n
	FileTeamName  Key = "file.teamName"
	FileNoShifts  Key = "file.noShifts"
)

// fileEnglish are the English words.
var fileEnglish = map[Key]string{
	FileHours:      "Hours",
	FileExceptions: "Exceptions",
	FileAbout:      "About",

	FileRow:       "Row",
	FileDay:       "Day",
	FilePerson:    "Person total",
	FileTeam:      "Team total",
	FileName:      "Person",
	FileID:        "Person ID",
	FileDate:      "Date",
	FileFirst:     "First in",
	FileLast:      "Last out",
	FileZone:      "Time zone",
	FileCards:     "Cards",
	FileOpen:      "Open cards",
	FileConfirmed: "Confirmed cards",
	FileBreaks:    "Breaks ({unit})",
	FileWorked:    "Worked ({unit})",
	FileRegular:   "Regular ({unit})",
	FileOver:      "Over ({unit})",
	FileMinutes:   "min",
	FileDecimal:   "h",
	FileWhat:      "Exceptions",

	FileNoName:    "Name not known",
	FileWeekOf:    "Week of {day}: {text}",
	FileDayOf:     "{day}: {text}",
	FileTeamName:  "Team",
	FilePeriod:    "Period",
	FileToDay:     "{from} to {to}",
	FileAsOf:      "As read from Microsoft Teams at",
	FileCounted:   "A card belongs to the day it began.",
	FileOpenCards: "Cards that are open count no time: {n} of them.",
	FileRounded:   "Rounded so that rows add up to their totals exactly, in minutes and in hundredths of an hour.",
	FileRules:     "Rules",
	FileNoShifts:  "Shifts could not be read: being late, leaving early and having no shift were not looked for.",
}

// File gives a text for a file, its placeholders filled in as by T.
func (b *Book) File(k Key, args ...string) string {
	return fill(b.or(k, fileEnglish), args)
}
