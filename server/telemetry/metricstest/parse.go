// Package metricstest reads Prometheus's text format 0.0.4 for tests, and
// accepts nothing that a strict reader might not: it is written after the
// document "Exposition formats" and shares nothing with what writes the format.
package metricstest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Family is all samples under one name.
type Family struct {
	Name, Help, Type string
	Samples          []Sample
}

// Sample is one line.
type Sample struct {
	Name   string // the family's, for a histogram with _bucket, _sum or _count
	Labels map[string]string
	Value  float64
}

// Families are what a text holds, by name.
type Families map[string]*Family

// Value gives the sum of the samples of that name that carry these labels, given
// as name, value, name, value; and whether there is any.
func (f Families) Value(name string, labels ...string) (sum float64, found bool) {
	for _, family := range f {
		for _, s := range family.Samples {
			if s.Name == name && s.carries(labels) {
				sum, found = sum+s.Value, true
			}
		}
	}
	return sum, found
}

func (s Sample) carries(labels []string) bool {
	for i := 0; i < len(labels); i += 2 {
		if s.Labels[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}

var (
	nameForm  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`) // narrower than the format: what is good style
	labelForm = regexp.MustCompile(`^([a-z][a-z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|})`)
	types     = []string{"counter", "gauge", "histogram"}
)

// Parse reads a text, or says what is wrong with it.
func Parse(text string) (Families, error) {
	all := Families{}
	var last *Family
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, whole := strings.CutSuffix(line, "\n")
		if !whole {
			return nil, fmt.Errorf("line %d does not end: %s", n, line)
		}
		var err error
		switch words := strings.SplitN(line, " ", 4); {
		case len(words) == 4 && words[0] == "#" && words[1] == "HELP":
			last, err = all.begin(words[2], words[3])
		case len(words) == 4 && words[0] == "#" && words[1] == "TYPE":
			err = last.typed(words[2], words[3])
		default:
			err = last.sample(line)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d, %s: %w", n, line, err)
		}
	}
	for _, f := range all {
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return all, nil
}

func (f Families) begin(name, help string) (*Family, error) {
	if !nameForm.MatchString(name) || help == "" || f[name] != nil {
		return nil, fmt.Errorf("a name that is no name or is there already, or no help")
	}
	f[name] = &Family{Name: name, Help: help}
	return f[name], nil
}

func (f *Family) typed(name, kind string) error {
	switch {
	case f == nil || f.Name != name || f.Type != "" || len(f.Samples) > 0:
		return fmt.Errorf("the type does not follow its help")
	case !slices.Contains(types, kind):
		return fmt.Errorf("no such type")
	case strings.HasSuffix(name, "_total") != (kind == "counter"):
		return fmt.Errorf("a counter ends in _total, and nothing else does")
	}
	f.Type = kind
	return nil
}

func (f *Family) sample(line string) error {
	name, rest := line, ""
	if i := strings.IndexAny(line, "{ "); i > 0 {
		name, rest = line[:i], line[i:]
	}
	if f == nil || f.Type == "" || !f.owns(name) {
		return fmt.Errorf("a sample without its family")
	}
	s := Sample{Name: name, Labels: map[string]string{}}
	if inside, ok := strings.CutPrefix(rest, "{"); ok {
		for more := true; more; {
			found := labelForm.FindStringSubmatch(inside)
			if found == nil {
				return fmt.Errorf("labels that cannot be read: %s", inside)
			}
			if _, twice := s.Labels[found[1]]; twice {
				return fmt.Errorf("label %s stands there twice", found[1])
			}
			s.Labels[found[1]] = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(found[2])
			inside, more = inside[len(found[0]):], found[3] == ","
		}
		rest = inside
	}
	value, ok := strings.CutPrefix(rest, " ")
	var err error
	if s.Value, err = strconv.ParseFloat(value, 64); !ok || err != nil || math.IsNaN(s.Value) {
		return fmt.Errorf("no value")
	}
	f.Samples = append(f.Samples, s)
	return nil
}

func (f *Family) owns(name string) bool {
	if f.Type != "histogram" {
		return name == f.Name
	}
	suffix, ok := strings.CutPrefix(name, f.Name)
	return ok && slices.Contains([]string{"_bucket", "_sum", "_count"}, suffix)
}

// check looks at a family as a whole: labels are the same throughout, no sample
// is there twice, counts are not negative, and buckets are whole.
func (f *Family) check() error {
	if f.Type == "" {
		return fmt.Errorf("it has no type")
	}
	seen := map[string]bool{}
	for _, s := range f.Samples {
		key := s.Name + s.key("")
		if seen[key] {
			return fmt.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if s.names() != f.Samples[0].names() {
			return fmt.Errorf("%s has other labels than the first", key)
		}
		if f.Type != "gauge" && s.Value < 0 {
			return fmt.Errorf("%s is negative", key)
		}
	}
	if f.Type != "histogram" {
		return nil
	}
	return f.buckets()
}

// key tells samples of one name apart, by all labels but one.
func (s Sample) key(without string) string {
	var pairs []string
	for name, value := range s.Labels {
		if name != without {
			pairs = append(pairs, fmt.Sprintf("%s=%q", name, value))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}

// names are the labels of a sample, but that of a bucket.
func (s Sample) names() string {
	var names []string
	for name := range s.Labels {
		if name != "le" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// whole is one histogram as far as it was read.
type whole struct {
	bound, last, count float64 // the last bucket's bound and value; _count
	counted, summed    bool
}

// buckets: for every choice of labels they rise to +Inf, which holds what
// _count says, and there is a _sum.
func (f *Family) buckets() error {
	all := map[string]*whole{}
	for _, s := range f.Samples {
		key := s.key("le")
		if all[key] == nil {
			all[key] = &whole{bound: math.Inf(-1)}
		}
		w := all[key]
		switch s.Name {
		case f.Name + "_sum":
			w.summed = true
		case f.Name + "_count":
			w.count, w.counted = s.Value, true
		default:
			le, err := strconv.ParseFloat(s.Labels["le"], 64)
			if err != nil || le <= w.bound || s.Value < w.last || s.Value != math.Trunc(s.Value) {
				return fmt.Errorf("bucket le=%q of {%s} does not rise", s.Labels["le"], key)
			}
			w.bound, w.last = le, s.Value
		}
	}
	for key, w := range all {
		if !math.IsInf(w.bound, 1) || !w.counted || !w.summed || w.count != w.last {
			return fmt.Errorf("the buckets of {%s} are not whole", key)
		}
	}
	return nil
}
