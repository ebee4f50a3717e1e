package graph

import (
	"encoding/json"
	"fmt"
	"maps"
)

// object is the JSON object that a value was read from. Written again, it
// keeps every member the value does not know, and every known member that was
// not changed stands letter for letter as it was read: null stays null, absent
// stays absent, a time keeps its digits. It is never changed after reading, so
// copies of a value may share it.
type object struct {
	text []byte // as read; nil when nothing was, or after with and without
	kept map[string]json.RawMessage
	null bool // null stood in the place of an object
}

// members gives the members by name, to be changed by nobody.
func (o object) members() map[string]json.RawMessage {
	if o.text == nil {
		return o.kept
	}
	var all map[string]json.RawMessage
	_ = json.Unmarshal(o.text, &all) // it was read
	return all
}

// with gives the object with another value of a member.
func (o object) with(name string, value json.RawMessage) object {
	all := maps.Clone(o.members())
	all[name] = value
	return object{kept: all}
}

// without gives the object without a member.
func (o object) without(name string) object {
	all := maps.Clone(o.members())
	delete(all, name)
	return object{kept: all}
}

// field ties a member's name to the place of its value.
type field struct {
	name string
	// write gives the member as it stands now, given what was read (nil when
	// the member was absent); nil leaves it out.
	write func(was json.RawMessage) (json.RawMessage, error)
}

// encode writes what was read, overlaid with the fields.
func (o object) encode(fields []field) ([]byte, error) {
	members := o.members()
	out := maps.Clone(members)
	if out == nil {
		out = map[string]json.RawMessage{}
	}
	for _, f := range fields {
		now, err := f.write(members[f.name])
		if err != nil {
			return nil, fmt.Errorf("member %s: %w", f.name, err)
		}
		if now != nil {
			out[f.name] = now
		}
	}
	if o.null && len(out) == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(out)
}

// leaf is a field without members of its own. An unchanged value is written
// as it was read, even where reading lost something.
func leaf[T any](name string, p *T) field {
	f := nested(name, p)
	write := f.write
	f.write = func(was json.RawMessage) (json.RawMessage, error) {
		now, err := write(was)
		if err != nil || was == nil {
			return now, err
		}
		var old T
		if err := json.Unmarshal(was, &old); err != nil {
			return now, nil
		}
		if before, err := json.Marshal(old); err == nil && string(before) == string(now) {
			return was, nil
		}
		return now, nil
	}
	return f
}

// nested is a field that is an object itself, or a list of them.
func nested[T any](name string, p *T) field {
	return field{
		name: name,
		write: func(was json.RawMessage) (json.RawMessage, error) {
			now, err := json.Marshal(p)
			if err == nil && was == nil && empty(now) {
				return nil, nil
			}
			return now, err
		},
	}
}

// list is a nested field that Graph never shows as null: emptied, it is
// written as an empty list.
func list[E any](name string, p *[]E) field {
	f := nested(name, p)
	write := f.write
	f.write = func(was json.RawMessage) (json.RawMessage, error) {
		if *p == nil && was != nil && string(was) != "null" {
			return json.RawMessage("[]"), nil
		}
		return write(was)
	}
	return f
}

func empty(b json.RawMessage) bool {
	switch string(b) {
	case "null", `""`, "{}":
		return true
	}
	return false
}
