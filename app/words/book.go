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
	// Under says what Texts lack; nil for a Book that is whole.
	Under *Book
}

// text gives the text of k, wherever it stands.
func (b *Book) text(k Key) (string, bool) {
	for ; b != nil; b = b.Under {
		if t, ok := b.Texts[k]; ok {
			return t, true
		}
	}
	return "", false
}

// or gives the text of k, or else that of english.
func (b *Book) or(k Key, english map[Key]string) string {
	if t, ok := b.text(k); ok {
		return t
	}
	return english[k]
}

// T gives the text of k with its placeholders filled in: args are names and
// values in turn. A key without text gives the key itself.
func (b *Book) T(k Key, args ...string) string {
	text, ok := b.text(k)
	if !ok {
		return string(k)
	}
	return fill(text, args)
}

// N gives the text of k in the plural form for n, with {n} filled in as well.
func (b *Book) N(k Key, n int64, args ...string) string {
	args = append([]string{"n", digits(n)}, args...)
	for part := b; part != nil; part = part.Under {
		for _, form := range []string{part.Form(n), "other"} {
			if t, ok := part.Texts[k+Key("."+form)]; ok {
				return fill(t, args)
			}
		}
	}
	return string(k)
}

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
