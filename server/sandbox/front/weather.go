package front

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"timeclock/server/sandbox/tenant"
)

// mostShown is how many calls the page lists.
const mostShown = 50

// weatherView is what the page draws.
type weatherView struct {
	*Handler
	Style, Home, Weather, Mend string
	Active                     []activeView
	Calls                      []callView
	Form                       formView
	Problem                    string // why the form was refused
}

// activeView is a trouble that is set.
type activeView struct{ ID, Name, Scope string }

// callView is a call and what came of it.
type callView struct {
	At, Clock          string // the moment for machines, and for people
	Who, Call, Path    string
	Answer, Mood       string // Mood: "good", "bad" or "cut"
	Trouble, Effect    string
	EffectOn, EffectAt string
}

// formView is the form as it is filled in.
type formView struct {
	Kinds  []Group
	Ops    []opGroup
	Times  []timesView
	Params []paramView
	Values url.Values
}

type timesView struct{ Value, Name string }

// paramView is a number to be asked for.
type paramView struct {
	Name, Label, For string
	Options          []string // of status; others are typed
	Default          string
	Max              int
}

var params = []paramView{
	{string(paramStatus), "Status", forParam(paramStatus), []string{"500", "502", "503", "504"}, "500", 0},
	{string(paramDelay), "Delay, in seconds", forParam(paramDelay), nil, "5", 600},
	{string(paramRetry), "Retry-After, in seconds", forParam(paramRetry), nil, "10", 600},
	{string(paramReads), "Reads without it", forParam(paramReads), nil, "2", 100},
	{string(paramSize), "Items on a page", forParam(paramSize), nil, "2", 100},
}

var times = []timesView{
	{"1", "The next call"}, {"2", "The next 2 calls"}, {"3", "The next 3 calls"}, {"5", "The next 5 calls"},
	{"10", "The next 10 calls"}, {"0", "Every call until mended"},
}

// Chosen reports whether value is what the field holds, or its first option
// where it holds nothing.
func (f formView) Chosen(field string, value any) bool {
	return f.Values.Get(field) == fmt.Sprint(value)
}

// Value is what a number's field holds.
func (f formView) Value(p paramView) string {
	if given := f.Values.Get(p.Name); given != "" {
		return given
	}
	return p.Default
}

// weather draws the page.
func (h *Handler) weather(w http.ResponseWriter, r *http.Request) {
	h.drawWeather(w, http.StatusOK, url.Values{"do": {string(tenant.CutAfter)}, "times": {"1"}}, "")
}

func (h *Handler) drawWeather(w http.ResponseWriter, status int, filled url.Values, problem string) {
	view := weatherView{
		Handler: h, Style: pathStyle, Home: PathHome, Weather: PathWeather, Mend: pathMend, Problem: problem,
		Form: formView{Kinds: kinds, Ops: ops, Times: times, Params: params, Values: filled},
	}
	for _, f := range h.Tenant.Faults() {
		view.Active = append(view.Active, activeView{f.ID, kindOf(f.Do).Name, h.scope(f)})
	}
	calls := h.Tenant.Calls()
	slices.Reverse(calls)
	for _, c := range calls[:min(mostShown, len(calls))] {
		view.Calls = append(view.Calls, h.shown(c))
	}
	h.draw(w, status, "weather.html", view)
}

// scope says whom a trouble meets, at what, and how long.
func (h *Handler) scope(f tenant.Fault) string {
	parts := []string{"everybody", "any call", "until mended"}
	if f.Person != "" {
		parts[0] = h.name(f.Person)
	}
	if f.Op != "" {
		parts[1] = string(f.Op)
	}
	switch {
	case f.Times == 1:
		parts[2] = "once more"
	case f.Times > 1:
		parts[2] = fmt.Sprintf("%d times more", f.Times)
	}
	for _, p := range kindOf(f.Do).asks {
		if text := told(p, f); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}

// told is a number of a trouble in words.
func told(p param, f tenant.Fault) string {
	switch {
	case p == paramDelay && f.DelayMS > 0:
		return fmt.Sprintf("%g s", float64(f.DelayMS)/1000)
	case p == paramStatus && f.Status > 0:
		return strconv.Itoa(f.Status)
	case p == paramRetry && f.RetryAfter > 0:
		return fmt.Sprintf("Retry-After %d s", f.RetryAfter)
	case p == paramReads:
		return fmt.Sprintf("%d reads", f.Reads)
	case p == paramSize && f.Size > 0:
		return fmt.Sprintf("%d on a page", f.Size)
	}
	return ""
}

// name is what a person is called, or the id of somebody unknown.
func (h *Handler) name(id string) string {
	i := slices.IndexFunc(h.People, func(p Person) bool { return strings.EqualFold(p.ID, id) })
	if i < 0 {
		return id
	}
	return h.People[i].Name
}

// shown is a call as the table has it.
func (h *Handler) shown(c tenant.Call) callView {
	v := callView{At: c.At.UTC().Format(time.RFC3339), Clock: c.At.Local().Format(time.TimeOnly),
		Who: "nobody", Call: string(c.Op), Path: c.Method + " " + c.Path, Answer: strconv.Itoa(c.Status), Mood: "good"}
	switch {
	case c.Person != "":
		v.Who = h.name(c.Person)
	case c.App != "":
		v.Who = "the application"
	}
	if c.Op == "" {
		v.Call = c.Method + " " + c.Path
	}
	switch {
	case c.Status == 0:
		v.Answer, v.Mood = "no answer", "cut"
	case c.Status >= 400:
		v.Mood = "bad"
	}
	if c.Fault != "" {
		v.Trouble = kindOf(c.Fault).Name
	}
	if e := c.Effect; e != nil {
		v.Effect, v.EffectOn, v.EffectAt = string(e.Op), h.name(e.Person), e.At.Local().Format("15:04:05.000")
	}
	return v
}

// trouble sets what the form asks for.
func (h *Handler) trouble(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if err := r.ParseForm(); err != nil {
		h.drawWeather(w, http.StatusBadRequest, nil, "The form could not be read.")
		return
	}
	f, err := asked(r.PostForm)
	if err == nil {
		_, err = h.Tenant.Misbehave(f)
	}
	if err != nil {
		h.drawWeather(w, http.StatusUnprocessableEntity, r.PostForm, sentence(err, f.Do))
		return
	}
	http.Redirect(w, r, PathWeather, http.StatusSeeOther)
}

// asked reads the form. Numbers that the chosen trouble does not ask for are
// passed over.
func asked(form url.Values) (tenant.Fault, error) {
	f := tenant.Fault{Do: tenant.Trouble(form.Get("do")), Person: form.Get("person"), Op: tenant.Op(form.Get("op"))}
	var err error
	if f.Times, err = strconv.Atoi(form.Get("times")); err != nil {
		return f, fmt.Errorf("how often is no number: %q", form.Get("times"))
	}
	for _, p := range kindOf(f.Do).asks {
		n, err := strconv.ParseFloat(form.Get(string(p)), 64)
		if err != nil || !(n >= 0 && n <= 600) { // not even what is no number
			return f, fmt.Errorf("%s is no number from 0 to 600: %q", p, form.Get(string(p)))
		}
		switch p {
		case paramDelay:
			f.DelayMS = int64(n * 1000)
		case paramStatus:
			f.Status = int(n)
		case paramRetry:
			f.RetryAfter = int(n)
		case paramReads:
			f.Reads = int(n)
		case paramSize:
			f.Size = int(n)
		}
	}
	return f, nil
}

// sentence writes an error about a trouble as one, in the page's words and
// without the name of the member that is wrong.
func sentence(err error, do tenant.Trouble) string {
	text := strings.TrimPrefix(err.Error(), "fault: ")
	if member, rest, ok := strings.Cut(text, ": "); ok && !strings.Contains(member, " ") {
		text = rest
	}
	if do != "" {
		text = strings.Replace(text, string(do), "“"+kindOf(do).Name+"”", 1)
	}
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text
}

// mend removes the trouble the form names, or every one when it names none.
func (h *Handler) mend(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	h.Tenant.Mend(r.PostFormValue("id"))
	http.Redirect(w, r, PathWeather, http.StatusSeeOther)
}
