package config

import (
	"fmt"
	"strings"
)

// Help explains every setting, for --help.
func Help() string {
	var b strings.Builder
	b.WriteString("Settings come from flags or from environment variables; a flag goes first.\n" +
		"A secret may also lie in a file, named by its -file flag or _FILE variable;\n" +
		"on a command line others on the machine can read it.\n")
	for _, s := range settings {
		value := " " + s.value
		if s.toggle {
			value = "[=" + s.value + "]"
		}
		fmt.Fprintf(&b, "\n  %s%s\n      %s%s", flagOf(s.name), value, Prefix, s.name)
		if s.secret {
			fmt.Fprintf(&b, "\n  %s FILE\n      %s%s", flagOf(s.name+fileSuffix), Prefix, s.name+fileSuffix)
		}
		fmt.Fprintf(&b, "\n%s", wrap(s.meaning, 70, "      "))
		fmt.Fprintf(&b, "%s", wrap(s.fallback(), 70, "      "))
	}
	b.WriteString("\n  -h, --help\n      Print this text.\n")
	return b.String()
}

// wrap breaks text between words into lines of at most width bytes, each after
// indent.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			b.WriteString(indent + line + "\n")
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	b.WriteString(indent + line + "\n")
	return b.String()
}

// Markdown is the table of settings for the README.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| variable | flag | meaning | default |\n|---|---|---|---|\n")
	for _, s := range settings {
		name, flag := code(Prefix+s.name), code(flagOf(s.name))
		if s.secret {
			name += " or " + code(Prefix+s.name+fileSuffix)
			flag += " or " + code(flagOf(s.name+fileSuffix))
		}
		byDefault := s.defText
		if byDefault == "" {
			byDefault = code(s.def)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, flag, escape(s.meaning), escape(byDefault))
	}
	return b.String()
}

func code(text string) string { return "`" + text + "`" }

// escape keeps text within a cell of a table.
func escape(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
