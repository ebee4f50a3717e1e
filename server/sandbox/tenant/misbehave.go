package tenant

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// perform carries the operation out.
func (t *Tenant) perform(q *request) (answer, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a, err := q.op.do(t, q)
	if err == nil && q.op.reads() {
		t.surface(q)
	}
	return a, err
}

// misbehave carries the operation out the way the fault wants it.
func (t *Tenant) misbehave(q *request, f *Fault) (answer, error) {
	switch f.Do {
	case Throttle:
		return answer{}, throttled(f.retryAfter())
	case FailBefore:
		return answer{}, f.failure()
	case CutBefore:
		return answer{}, errCut
	case CutThenEffect:
		t.performLate(q, f)
		return answer{}, errCut
	case EffectAfterReads:
		t.hide(q, f)
		if f.Status != 0 {
			return answer{}, f.failure()
		}
		return answer{}, errCut
	case SlowBefore:
		if !t.wait(f.delay()) {
			return answer{}, errCut
		}
	case Stale:
		q.asOf = t.now().Add(-f.delay())
	case SmallPages:
		q.size = f.size()
	}
	a, err := t.perform(q)
	if err != nil {
		return a, err
	}
	return t.distort(q, f, a)
}

// distort changes the answer of an operation that was carried out, or keeps it
// from the caller.
func (t *Tenant) distort(q *request, f *Fault, a answer) (answer, error) {
	switch {
	case f.Do == FailAfter:
		return a, f.failure()
	case f.Do == CutAfter:
		return a, errCut
	case f.Do == Body && a.card != nil:
		a.status, a.body = http.StatusOK, t.shownCard(q, *a.card)
	case f.Do == ExtraMembers && a.body != nil:
		a.body = widened(generic(a.body))
	case f.Do == Reorder && a.body != nil:
		a.body = shuffled{generic(a.body)}
	}
	return a, nil
}

// shownCard writes a card outside of an operation.
func (t *Tenant) shownCard(q *request, c Card) map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.view(q.beta).entity(c)
}

// performLate carries the operation out after the fault's delay.
func (t *Tenant) performLate(q *request, f *Fault) {
	t.late.Go(func() {
		if !t.wait(f.delay()) {
			return
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		t.happen(q, f.Do)
	})
}

// wait lets real time pass; it reports false when the tenant closed meanwhile.
func (t *Tenant) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-t.done:
		return false
	}
}

// sameTeam reports whether two calls are about one team.
func sameTeam(a, b *request) bool { return strings.EqualFold(a.team, b.team) }

// generic gives an answer as JSON is read: maps, lists, strings and numbers.
func generic(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // only strings, numbers and their maps go in
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var read any
	if err := d.Decode(&read); err != nil {
		panic(err) // it was just written
	}
	return read
}

// widened puts members nobody has published into every object.
func widened(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = widened(member)
		}
		v["unheardOf"] = map[string]any{"why": "It was added later.", "since": 2027, "list": []any{true, nil, 1.5}}
		v["unheardOf@odata.type"] = "#microsoft.graph.unheardOf"
	case []any:
		for i, one := range v {
			v[i] = widened(one)
		}
	}
	return v
}

// shuffled is JSON whose objects are written with their members in an order of
// chance.
type shuffled struct{ v any }

// MarshalJSON writes the value; lists keep their order.
func (s shuffled) MarshalJSON() ([]byte, error) {
	switch v := s.v.(type) {
	case map[string]any:
		return shuffledObject(v)
	case []any:
		all := make([]shuffled, len(v))
		for i, one := range v {
			all[i] = shuffled{one}
		}
		return json.Marshal(all)
	}
	return json.Marshal(s.v)
}

func shuffledObject(v map[string]any) ([]byte, error) {
	var parts []string
	for name, member := range v {
		value, err := json.Marshal(shuffled{member})
		if err != nil {
			return nil, err
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, string(key)+":"+string(value))
	}
	rand.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return []byte("{" + strings.Join(parts, ",") + "}"), nil
}
