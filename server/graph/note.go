package graph

import (
	"bytes"
	"html"
	"strings"
)

// ItemBody is Graph's itemBody: a note. A nil ItemBody is no note.
type ItemBody struct {
	ContentType string // "text" or "html"
	Content     string

	raw object
}

func (b *ItemBody) fields() []field {
	return []field{leaf("contentType", &b.ContentType), leaf("content", &b.Content)}
}

// NewNote gives a note of plain text, or nil when there is none.
func NewNote(text string) *ItemBody {
	if text == "" {
		return nil
	}
	return &ItemBody{ContentType: "text", Content: text}
}

func (b *ItemBody) read(r *reader) error {
	*b = ItemBody{}
	return r.object(&b.raw, func(name []byte) error {
		switch string(name) {
		case "contentType":
			return r.string(&b.ContentType)
		case "content":
			return r.string(&b.Content)
		}
		return r.skip()
	})
}

// UnmarshalJSON reads a note and keeps what it does not know.
func (b *ItemBody) UnmarshalJSON(data []byte) error { return readAll(bytes.Clone(data), b) }

// MarshalJSON writes the note as it was read, with what was changed since.
func (b ItemBody) MarshalJSON() ([]byte, error) { return b.raw.encode(b.fields()) }

// Text gives the note for display: HTML is reduced to its words, one line for
// each block. What is written back to Graph is Content, never this.
func (b *ItemBody) Text() string {
	if b == nil {
		return ""
	}
	if !strings.EqualFold(b.ContentType, "html") {
		return b.Content
	}
	return reduce(b.Content)
}

// reduce takes the tags out of HTML. The result is text: it must still be
// escaped wherever it is put into a page.
func reduce(s string) string {
	var words strings.Builder
	for s != "" {
		text, rest, found := strings.Cut(s, "<")
		words.WriteString(text)
		if !found {
			break
		}
		name, after, ok := tag(rest)
		if !ok {
			words.WriteByte('<')
			s = rest
			continue
		}
		if breaksLine[name] {
			words.WriteByte('\n')
		}
		if name == "script" || name == "style" {
			after = skipPast(after, "</"+name)
			_, after, _ = strings.Cut(after, ">")
		}
		s = after
	}
	return tidy(html.UnescapeString(words.String()))
}

var breaksLine = map[string]bool{
	"br": true, "p": true, "/p": true, "div": true, "/div": true, "li": true, "tr": true,
	"h1": true, "/h1": true, "h2": true, "/h2": true, "h3": true, "/h3": true,
}

// tag reads a tag from behind its "<": its name in lower case, with the slash
// of a closing one, and what follows the tag.
func tag(s string) (name, after string, ok bool) {
	if comment, isComment := strings.CutPrefix(s, "!--"); isComment {
		return "!", skipPast(comment, "-->"), true
	}
	n := 0
	for n < len(s) && (s[n] == '/' && n == 0 || s[n] == '!' && n == 0 || isWord(s[n])) {
		n++
	}
	if n == 0 || s[:n] == "/" {
		return "", s, false
	}
	var quote byte
	for i := n; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return strings.ToLower(s[:n]), s[i+1:], true
		}
	}
	return strings.ToLower(s[:n]), "", true
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// skipPast gives what follows end in s, in any letter case; nothing when it
// does not occur.
func skipPast(s, end string) string {
	for i := 0; i+len(end) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(end)], end) {
			return s[i+len(end):]
		}
	}
	return ""
}

// tidy joins the white space within each line and drops empty lines.
func tidy(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
