package conformance_test

import (
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// difference is a place where the descriptions, the documentation and what is
// known of the service disagree, and what is done about it.
type difference struct {
	name string
	why  string
	// slice is the line in which the description itself owns to it
	// (info.x-slice-modifications); empty for differences found here.
	slice string
	// read alters a schema in place, to be read as it is meant, and reports
	// whether it did.
	read func(*openapi3.Schema) bool
	// excuses reports whether a finding is this difference.
	excuses func(finding) bool
}

// differences is the table. What disagrees and is not here, fails; a row that
// excuses nothing in a whole run is named at its end.
var differences = []difference{
	{
		name: "nullable references", read: nullable,
		why: `"anyOf: [T, any object or null]" is how the converter writes a T that may be null; taken by the letter it lets any object pass for a T`,
	},
	{
		name: "numbers that may be words", read: overlapping,
		why: `"oneOf" of number, string and NaN, each nullable, refuses null, which fits all three; the branches are meant as alternatives`,
	},
	{
		name: "version of the document", slice: "openapi 3.1.0 -> 3.0.3",
		why: `the content uses "nullable" of 3.0`,
	},
	{
		name: "summaries", slice: `"Microsoft Graph " summary prefix`,
		why: "words only",
	},
	{
		name: "derived types", slice: "discriminators removed",
		why: "an object that names its type in @odata.type is held to that type",
	},
	{
		name: "@odata.type is required", slice: "required:[@odata.type] moved to x-upstream-required",
		why: "every published schema requires it; the documented payloads and the service do not send it but where a type is derived, and clients need not",
	},
	{
		name: "navigation properties", slice: "navigation properties of schedule/user/team",
		why: "left out of the slices; their names are known and pass",
	},
	{
		name: "scalars of user and team", slice: "user/team/directoryObject: scalar properties only",
		why: "no other is used here",
	},
	{
		name: "confirmedBy is a set of flags", slice: "confirmedBy enum -> pattern",
		why: `documented as "user,manager"; the published enumeration has single words only`,
	},
	{
		name: "dates without a zone", slice: "ODataErrors.InnerError.date",
		why: "recorded errors have innerError.date without an offset; nothing is read from it",
	},
	{
		name: "bodies may be missing", slice: "requestBody.required false on actions",
		why: "documented as required, accepted without by the service; the client always sends one",
	},
	{
		name: "documented but not described", slice: "added doc-only: PUT timeCard",
		why: "replace is PUT and published on its page only; so are MS-APP-ACTS-AS, $skiptoken and the 204 of the actions",
	},
	{
		name: "a replaced card is sent whole",
		why:  "the page of replace shows lastModifiedBy in the body although it is read-only; a card is written back as it was read, so that nothing is lost, and the server passes over what is its own",
		excuses: func(f finding) bool {
			return f.replaces() && (f.kind == readOnly || f.kind == stranger || f.where == "request/confirmedBy")
		},
	},
	{
		name: "acting on the rest of Shifts",
		why:  "MS-APP-ACTS-AS is on the pages of time cards only; a recorded refusal of GET shifts (MissingUserIdHeaderInAppContext) shows that all of Shifts asked for it, so it is sent there too where it is sent at all",
		excuses: func(f finding) bool {
			return f.kind == header && strings.HasPrefix(f.what, "MS-APP-ACTS-AS") && strings.Contains(f.x.Path, "/schedule")
		},
	},
	{
		name: "links are followed as given",
		why:  "what a link to the next page says beside $skiptoken is the server's business",
		excuses: func(f finding) bool {
			return f.kind == query && strings.Contains(f.x.Query, "skiptoken=")
		},
	},
	{
		name: "a card where none is documented",
		why:  "the descriptions declare a card as the answer of every action, the pages say 204; the sandbox answers so on demand, and the client takes both",
		excuses: func(f finding) bool {
			return f.kind == status && f.x.Status == 200 && f.documents("204")
		},
	},
	{
		name: "members added later",
		why:  "the service adds members at any time; the sandbox does so on demand, under one name, and the client keeps them",
		excuses: func(f finding) bool {
			return f.kind == stranger && strings.HasPrefix(f.where, "answer") && strings.HasSuffix(f.where, "/unheardOf")
		},
	},
	{
		name: "PATCH of a card",
		why:  "described, documented nowhere, and refused for shifts: the sandbox has both readings, the client never asks",
		excuses: func(f finding) bool {
			return f.kind == status && f.x.Method == "PATCH" && f.x.Status == 200 && !clients(f.x)
		},
	},
	{
		name: "a count is text",
		why:  "described as an integer in text/plain, which the library reads as a word; the sandbox has both readings, the client never asks",
		excuses: func(f finding) bool {
			_, err := strconv.Atoi(string(f.x.Answer))
			return f.kind == body && strings.HasSuffix(f.x.Path, "/$count") && err == nil
		},
	},
	{
		name: "people and pictures",
		why:  "documented (pages \"Get a user\", \"List joinedTeams\", \"Get profilePhoto\") but not in the slices at hand",
		excuses: func(f finding) bool {
			return f.kind == path && f.x.Method == "GET" && slices.ContainsFunc([]string{
				"/users/{id}", "/users/{id}/joinedTeams", "/me/photo/$value", "/users/{id}/photo/$value",
			}, f.at)
		},
	},
}

// nullable reads "anyOf: [T, an object or null]" as "T or null".
func nullable(s *openapi3.Schema) bool {
	if len(s.AnyOf) != 2 {
		return false
	}
	void := s.AnyOf[1].Value
	if !void.Nullable || !void.Type.Is("object") || len(void.Properties) > 0 || s.AnyOf[1].Ref != "" {
		return false
	}
	meant := *s.AnyOf[0].Value
	meant.Nullable, meant.ReadOnly = true, s.ReadOnly
	if len(meant.Enum) > 0 {
		meant.Enum = append(slices.Clone(meant.Enum), nil)
	}
	*s = meant
	return true
}

// overlapping reads "oneOf" as "anyOf" where several branches take null.
func overlapping(s *openapi3.Schema) bool {
	several := 0
	for _, branch := range s.OneOf {
		if branch.Value.Nullable {
			several++
		}
	}
	if several < 2 {
		return false
	}
	s.AnyOf, s.OneOf = s.OneOf, nil
	return true
}
