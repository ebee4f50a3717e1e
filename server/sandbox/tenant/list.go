package tenant

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// options reads the $ options of a query, names in any case, and refuses those
// not in known.
func (t *Tenant) options(q *request, known ...string) (map[string]string, error) {
	given := map[string]string{}
	for name, values := range q.query {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, "$") {
			continue
		}
		if !slices.Contains(known, lower) || len(values) != 1 {
			if err := ruled(t.assume.QueryOption); err != nil {
				return nil, err
			}
			continue
		}
		given[lower] = values[0]
	}
	return given, nil
}

// list answers the time cards of a team.
func (t *Tenant) list(q *request) (answer, error) {
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	opt, err := t.options(q, "$filter", "$orderby", "$top", "$skiptoken")
	if err != nil {
		return answer{}, err
	}
	keep := func(Card) bool { return true }
	if f, ok := opt["$filter"]; ok {
		if keep, err = cardFilter(f, t.assume.DateOperators); err != nil {
			return answer{}, err
		}
	}
	cards := t.visible(q, team, keep)
	if err := t.order(cards, opt["$orderby"]); err != nil {
		return answer{}, err
	}
	v := t.view(q.beta)
	return page(t, q, opt, listing[Card]{
		items: cards, id: func(c Card) string { return c.ID }, show: v.listed,
		resource: "teams('" + team.ID + "')/schedule/timeCards",
	})
}

// count answers how many cards a list would have, where it is assumed to
// answer at all.
func (t *Tenant) count(q *request) (answer, error) {
	if err := ruled(t.assume.Count); err != nil {
		return answer{}, err
	}
	team, err := t.scheduled(q)
	if err != nil {
		return answer{}, err
	}
	n := len(t.visible(q, team, func(Card) bool { return true }))
	return answer{status: http.StatusOK, raw: []byte(strconv.Itoa(n)), kind: "text/plain"}, nil
}

// order sorts by $orderby, or refuses it. Cards stay in the order of their
// creation where it does not decide.
func (t *Tenant) order(cards []Card, by string) error {
	if by == "" {
		return nil
	}
	property, direction, _ := strings.Cut(strings.ToLower(strings.TrimSpace(by)), " ")
	direction = strings.TrimSpace(direction)
	if !slices.Contains(t.assume.Orderable, property) || !slices.Contains([]string{"", "asc", "desc"}, direction) {
		return plain(http.StatusBadRequest, "BadRequest", "Invalid orderby clause")
	}
	slices.SortStableFunc(cards, func(a, b Card) int {
		if direction == "desc" {
			a, b = b, a
		}
		return a.key(property).Compare(b.key(property))
	})
	return nil
}

// listing is a collection to be answered in pages.
type listing[T any] struct {
	items    []T
	id       func(T) string
	show     func(T) map[string]any
	resource string // its path in @odata.context
}

// page answers one page of a collection and links to the next. The token names
// the last item of the page, so that what comes and goes before it moves
// nothing.
func page[T any](t *Tenant, q *request, opt map[string]string, l listing[T]) (answer, error) {
	top, err := t.top(opt)
	if err != nil {
		return answer{}, err
	}
	if q.size > 0 {
		top = min(top, q.size)
	}
	rest, err := l.after(opt["$skiptoken"])
	if err != nil {
		return answer{}, err
	}
	v := t.view(q.beta)
	body := map[string]any{"@odata.context": v.context(l.resource)}
	if len(rest) > top {
		rest = rest[:top]
		body["@odata.nextLink"] = v.next(q, l.id(rest[top-1]))
	}
	shown := make([]map[string]any, 0, len(rest))
	for _, item := range rest {
		shown = append(shown, l.show(item))
	}
	body["value"] = shown
	return answer{status: http.StatusOK, body: body}, nil
}

// top reads $top.
func (t *Tenant) top(opt map[string]string) (int, error) {
	given, ok := opt["$top"]
	if !ok {
		return t.assume.PageDefault, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 {
		return 0, plain(http.StatusBadRequest, "BadRequest", "Invalid value for $top")
	}
	return min(n, t.assume.PageMax), nil
}

// after gives the items that follow the one the token names.
func (l listing[T]) after(token string) ([]T, error) {
	if token == "" {
		return l.items, nil
	}
	id, err := base64.RawURLEncoding.DecodeString(token)
	i := slices.IndexFunc(l.items, func(item T) bool { return l.id(item) == string(id) })
	if err != nil || i < 0 {
		return nil, plain(http.StatusBadRequest, "BadRequest", "Invalid skip token")
	}
	return l.items[i+1:], nil
}

// next is the link to the page after the item last, with the query as it came.
func (v view) next(q *request, last string) string {
	query := url.Values{}
	for name, values := range q.query {
		if !strings.EqualFold(name, "$skiptoken") {
			query[name] = values
		}
	}
	query.Set("$skiptoken", base64.RawURLEncoding.EncodeToString([]byte(last)))
	path := strings.Replace(q.op.path, "{team}", url.PathEscape(q.team), 1)
	return v.root + "/" + path + "?" + query.Encode()
}
