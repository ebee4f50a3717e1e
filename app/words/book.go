package words

import "strings"

// Key names one text.
type Key string

// Book is all texts in one language.
type Book struct {
	// Lang is the BCP 47 tag, Dir the direction of writing: "ltr" or "rtl".
	Lang, Dir string
	// Locale is how dates and times are written beside these texts for a
	// reader whose own locale is of another language.
	Locale string
	Texts  map[Key]string
	// Form gives the plural category of n by CLDR's rules; the text of key k
	// for category c is that of k + "." + c. Category "other" always exists.
	Form func(n int64) string
}

// T gives the text of k with its placeholders filled in: args are names and
// values in turn. A key without text gives the key itself.
func (b *Book) T(k Key, args ...string) string {
	text, ok := b.Texts[k]
	if !ok {
		return string(k)
	}
	return fill(text, args)
}

// N gives the text of k in the plural form for n, with {n} filled in as well.
func (b *Book) N(k Key, n int64, args ...string) string {
	form := k + Key("."+b.Form(n))
	if _, ok := b.Texts[form]; !ok {
		form = k + ".other"
	}
	return b.T(form, append([]string{"n", digits(n)}, args...)...)
}

// inUse is the Book that the functions of this package speak.
var inUse = &English

// Use makes b the language of T and all other functions of this package. It
// is called before anything is drawn and is not safe beside them.
func Use(b *Book) { inUse = b }

// Lang gives the language tag and direction in use, for the page's root.
func Lang() (tag, dir string) { return inUse.Lang, inUse.Dir }

// Locale gives the locale for dates and times: the reader's own when it is of
// the language in use, else that of the Book.
func Locale(reader string) string {
	if reader == inUse.Lang || strings.HasPrefix(reader, inUse.Lang+"-") {
		return reader
	}
	return inUse.Locale
}

// T is Book.T in the language in use.
func T(k Key, args ...string) string { return inUse.T(k, args...) }

// N is Book.N in the language in use.
func N(k Key, n int64, args ...string) string { return inUse.N(k, n, args...) }

// fill replaces {name} by the value that follows name in args. It reads text
// once, so that a value which looks like a placeholder stays what it is.
func fill(text string, args []string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, known := lookup(args, name)
		if !closed || !known {
			b.WriteByte('{')
			text = rest
			continue
		}
		b.WriteString(value)
		text = after
	}
}

func lookup(args []string, name string) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return "", false
}
