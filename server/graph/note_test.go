package graph

import (
	"strings"
	"testing"
)

func TestNoteText(t *testing.T) {
	tests := []struct{ kind, content, want string }{
		{"text", "a <b> & c", "a <b> & c"},
		{"", "  kept as it is ", "  kept as it is "},
		{"html", "plain", "plain"},
		{"HTML", "<div>one</div><div>two&nbsp;three</div>", "one\ntwo three"},
		{"html", "a<br>b<br/>c<BR />d", "a\nb\nc\nd"},
		{"html", "1 < 2 and 3 > 2", "1 < 2 and 3 > 2"},
		{"html", `<a title="a>b" href='x'>link</a>`, "link"},
		{"html", "<script>alert('x < y')</SCRIPT >after", "after"},
		{"html", "<style>p{}</style>a<!-- <b> not this -->b", "ab"},
		{"html", "&lt;img src=x onerror=alert(1)&gt;", "<img src=x onerror=alert(1)>"},
		{"html", "cut <b", "cut"},
		{"html", "<", "<"},
		{"html", "</", "</"},
		{"html", "<p>\n  spaces\t and\n lines </p>", "spaces and\nlines"},
		{"html", "<script>never closed", ""},
	}
	for _, tt := range tests {
		b := &ItemBody{ContentType: tt.kind, Content: tt.content}
		if got := b.Text(); got != tt.want {
			t.Errorf("%s %q: Text() = %q, want %q", tt.kind, tt.content, got, tt.want)
		}
	}
	if got := (*ItemBody)(nil).Text(); got != "" {
		t.Errorf("no note: Text() = %q, want none", got)
	}
}

func FuzzNote(f *testing.F) {
	f.Add("<p>a</p><script>b</script><!--c-->&amp;")
	f.Add("<<//<a='<\"")
	f.Fuzz(func(t *testing.T, s string) {
		got := (&ItemBody{ContentType: "html", Content: s}).Text()
		if !strings.ContainsAny(s, "<&") && strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(s), "") {
			t.Errorf("%q without a tag became %q", s, got)
		}
	})
}
