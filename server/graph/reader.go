package graph

import (
	"encoding/json"
	"errors"
	"fmt"
)

// reader reads a JSON text (RFC 8259) once, from front to back, into values
// that know their members. It takes the texts that encoding/json takes, and
// needs a tenth of the time: cards are most of what Graph says.
//
// What it gives of the text shares its bytes, which must not be changed.
type reader struct {
	text  []byte
	at    int // of the next byte
	depth int
}

// deepest is how far values may stand within each other, as in encoding/json.
const deepest = 10000

// misread says where a text is no JSON.
type misread struct{ at int }

func (misread) Error() string { return "not JSON" }

// Of values that are JSON, but not what the member holds.
var (
	errNotObject = errors.New("not an object")
	errNotArray  = errors.New("not a list")
	errNotText   = errors.New("not a text")
	errNotFlag   = errors.New("neither true nor false")
)

// readable is what can be read from the reader's next value, null included.
type readable[T any] interface {
	*T
	read(r *reader) error
}

// readAll reads a text that is one value.
func readAll[T any, P readable[T]](text []byte, into P) error {
	r := &reader{text: text}
	if err := into.read(r); err != nil {
		return err
	}
	return r.end()
}

// end makes sure that nothing follows.
func (r *reader) end() error {
	if r.peek(); r.at < len(r.text) {
		return misread{r.at}
	}
	return nil
}

// peek gives the next byte that is no white space; 0 at the end.
func (r *reader) peek() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take reports whether c is next, and goes past it.
func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

// word goes past a word of letters.
func (r *reader) word(w string) error {
	if len(r.text)-r.at < len(w) || string(r.text[r.at:r.at+len(w)]) != w {
		return misread{r.at}
	}
	r.at += len(w)
	return nil
}

// null reports whether the next value is null, and goes past it.
func (r *reader) null() bool { return r.peek() == 'n' && r.word("null") == nil }

// object reads an object, or null, and keeps its text in o. member is called
// with each name and reads the value, whose place is next.
func (r *reader) object(o *object, member func(name []byte) error) error {
	if r.null() {
		o.null = true
		return nil
	}
	begin := r.at
	if err := r.open('{', errNotObject); err != nil {
		return err
	}
	for more := !r.take('}'); more; {
		name, err := r.name()
		if err != nil {
			return err
		}
		if err := member(name); err != nil {
			return inMember(name, err)
		}
		if more, err = r.more('}'); err != nil {
			return err
		}
	}
	r.depth--
	o.text = r.text[begin:r.at:r.at]
	return nil
}

// inMember says of an error which member it is in. A text that is no JSON has
// its place instead: what a member is called that is not known here is not told.
func inMember(name []byte, err error) error {
	if errors.As(err, &misread{}) {
		return err
	}
	return fmt.Errorf("member %s: %w", name, err)
}

// array reads an array. element reads each, whose place is next.
func (r *reader) array(element func() error) error {
	if err := r.open('[', errNotArray); err != nil {
		return err
	}
	for more := !r.take(']'); more; {
		err := element()
		if err != nil {
			return err
		}
		if more, err = r.more(']'); err != nil {
			return err
		}
	}
	r.depth--
	return nil
}

// open goes past the bracket that begins what is wanted.
func (r *reader) open(bracket byte, otherwise error) error {
	if !r.take(bracket) {
		if err := r.skip(); err != nil {
			return err
		}
		return otherwise
	}
	if r.depth++; r.depth > deepest {
		return misread{r.at}
	}
	return nil
}

// more goes past a comma, with true, or past the bracket that ends it all.
func (r *reader) more(bracket byte) (bool, error) {
	switch {
	case r.take(','):
		return true, nil
	case r.take(bracket):
		return false, nil
	}
	return false, misread{r.at}
}

// name reads the name of a member and the colon behind it.
func (r *reader) name() ([]byte, error) {
	if r.peek() != '"' {
		return nil, misread{r.at}
	}
	raw, simple, err := r.quoted()
	if err != nil {
		return nil, err
	}
	name := raw[1 : len(raw)-1]
	if !simple {
		name = []byte(unquote(raw))
	}
	if !r.take(':') {
		return nil, misread{r.at}
	}
	return name, nil
}

// quoted goes past a string, whose quote is next, and gives it with its quotes.
// A simple one is what it says; any other must be unquoted.
func (r *reader) quoted() (raw []byte, simple bool, err error) {
	simple = true
	begin := r.at
	for r.at++; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			return r.text[begin:r.at], simple, nil
		case c == '\\':
			simple = false
			if err := r.escape(); err != nil {
				return nil, false, err
			}
		case c < ' ':
			return nil, false, misread{r.at}
		case c >= 0x80:
			simple = false // may not be UTF-8
		}
	}
	return nil, false, misread{r.at}
}

// escape goes to the last byte of an escape, whose backslash is next.
func (r *reader) escape() error {
	r.at++
	if r.at == len(r.text) {
		return misread{r.at}
	}
	switch r.text[r.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			if r.at++; r.at == len(r.text) || !hex(r.text[r.at]) {
				return misread{r.at}
			}
		}
		return nil
	}
	return misread{r.at}
}

func hex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// unquote gives what a string says that has its quotes and is well formed.
func unquote(raw []byte) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// skip goes past a value of any kind.
func (r *reader) skip() error {
	switch c := r.peek(); c {
	case '{':
		return r.object(&object{}, func([]byte) error { return r.skip() })
	case '[':
		return r.array(r.skip)
	case '"':
		_, _, err := r.quoted()
		return err
	case 't':
		return r.word("true")
	case 'f':
		return r.word("false")
	case 'n':
		return r.word("null")
	}
	return r.number()
}

// number goes past a number.
func (r *reader) number() error {
	if r.at < len(r.text) && r.text[r.at] == '-' {
		r.at++
	}
	if r.at < len(r.text) && r.text[r.at] == '0' {
		r.at++
	} else if !r.digits() {
		return misread{r.at}
	}
	if r.at < len(r.text) && r.text[r.at] == '.' {
		if r.at++; !r.digits() {
			return misread{r.at}
		}
	}
	if r.at < len(r.text) && (r.text[r.at] == 'e' || r.text[r.at] == 'E') {
		if r.at++; r.at < len(r.text) && (r.text[r.at] == '+' || r.text[r.at] == '-') {
			r.at++
		}
		if !r.digits() {
			return misread{r.at}
		}
	}
	return nil
}

// digits goes past digits and reports whether there was one.
func (r *reader) digits() bool {
	begin := r.at
	for r.at < len(r.text) && '0' <= r.text[r.at] && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at > begin
}

// raw gives the text of the next value.
func (r *reader) raw() ([]byte, error) {
	r.peek()
	begin := r.at
	err := r.skip()
	return r.text[begin:r.at], err
}

// string reads a string; null leaves it empty.
func (r *reader) string(s *string) error {
	*s = ""
	if r.null() {
		return nil
	}
	if r.peek() != '"' {
		if err := r.skip(); err != nil {
			return err
		}
		return errNotText
	}
	raw, simple, err := r.quoted()
	switch {
	case err != nil:
		return err
	case simple:
		*s = string(raw[1 : len(raw)-1])
	default:
		*s = unquote(raw)
	}
	return nil
}

// flag reads true, false or null.
func (r *reader) flag(f **bool) error {
	*f = nil
	raw, err := r.raw()
	switch {
	case err != nil:
		return err
	case string(raw) == "null":
		return nil
	case string(raw) != "true" && string(raw) != "false":
		return errNotFlag
	}
	yes := string(raw) == "true"
	*f = &yes
	return nil
}

// pointer reads a value that may be null.
func pointer[T any, P readable[T]](r *reader, into **T) error {
	*into = nil
	if r.null() {
		return nil
	}
	*into = new(T)
	return P(*into).read(r)
}

// sequence reads an array that may be null.
func sequence[T any, P readable[T]](r *reader, into *[]T) error {
	*into = nil
	if r.null() {
		return nil
	}
	all := []T{}
	err := r.array(func() error {
		var none T
		all = append(all, none)
		return P(&all[len(all)-1]).read(r)
	})
	*into = all
	return err
}
