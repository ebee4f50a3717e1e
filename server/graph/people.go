package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Team is a team one belongs to.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"displayName"`
}

// JoinedTeams lists the teams the caller is a direct member of, with a
// schedule or without (page "List joinedTeams"): for an application, those of
// its User. Graph is slow at it.
func (c *Client) JoinedTeams(ctx context.Context, who Caller) ([]Team, error) {
	o := opJoinedTeams
	if who.application() {
		o = opTeamsOf
	}
	q, err := c.call(o, target{user: who.User}, nil)
	if err != nil {
		return nil, err
	}
	return pages[Team](ctx, c, who, q)
}

// Member is a person in a team.
type Member struct {
	UserID string   `json:"userId"` // the directory object id
	Name   string   `json:"displayName"`
	Email  string   `json:"email"`
	Roles  []string `json:"roles"`
}

// Owner reports whether the member owns the team. Who owns only the schedule
// cannot be told from Graph.
func (m Member) Owner() bool {
	for _, r := range m.Roles {
		if strings.EqualFold(r, "owner") {
			return true
		}
	}
	return false
}

// Members lists the people of a team (page "List members of team"), by pages as
// large as Graph gives them.
func (c *Client) Members(ctx context.Context, who Caller, team string) ([]Member, error) {
	q, err := c.call(opMembers, target{team: team}, nil)
	if err != nil {
		return nil, err
	}
	q.url.RawQuery = query("$top", "999")
	return pages[Member](ctx, c, who, q)
}

// Member finds one person in a team, and reports whether the person is in it
// (page "List members of team", example 2).
func (c *Client) Member(ctx context.Context, who Caller, team, user string) (Member, bool, error) {
	if !validSegment(user) {
		return Member{}, false, &Error{Op: table[opMembers].Name, Err: fmt.Errorf("%w: person is not an id", ErrInvalid)}
	}
	q, err := c.call(opMembers, target{team: team}, nil)
	if err != nil {
		return Member{}, false, err
	}
	q.url.RawQuery = query("$filter", "(microsoft.graph.aadUserConversationMember/userId eq '"+user+"')")
	found, err := pages[Member](ctx, c, who, q)
	if err != nil {
		return Member{}, false, err
	}
	i := slices.IndexFunc(found, func(m Member) bool { return strings.EqualFold(m.UserID, user) })
	if i < 0 {
		return Member{}, false, nil
	}
	return found[i], true, nil
}

// User is a person of the directory.
type User struct {
	ID       string `json:"id"`
	Name     string `json:"displayName"`
	Email    string `json:"mail"`
	SignIn   string `json:"userPrincipalName"`
	Language string `json:"preferredLanguage"`
}

// Me reads who the caller is (page "Get a user"): for an application, its User.
func (c *Client) Me(ctx context.Context, who Caller) (User, error) {
	o := opMe
	if who.application() {
		o = opUser
	}
	t, u := target{user: who.User}, User{}
	if err := c.get(ctx, who, o, t, &u); err != nil {
		return User{}, err
	}
	if u.ID == "" {
		return User{}, unreadable(call{Operation: table[o]}, answer{status: table[o].Status}, errNobody)
	}
	return u, nil
}

// Photo is somebody's picture.
type Photo struct {
	Type  string // image/jpeg, image/png, image/gif or image/webp, as the bytes have it
	Bytes []byte
}

// maxPhoto is the most of a picture that is taken, in bytes. Graph gives the
// largest one it has, of 648 pixels square.
const maxPhoto = 1 << 20

var (
	errPhotoLong = fmt.Errorf("picture longer than %d bytes", maxPhoto)
	errNoPicture = errors.New("answer is not a picture")
)

// Photo reads the picture of a person, or of the caller when user is empty
// (page "Get profilePhoto"). ErrNotFound means that there is none.
func (c *Client) Photo(ctx context.Context, who Caller, user string) (Photo, error) {
	if user == "" {
		user = who.User
	}
	o := opPhotoOf
	if user == "" {
		o = opPhoto
	}
	q, err := c.call(o, target{user: user}, nil)
	if err != nil {
		return Photo{}, err
	}
	a, err := c.do(ctx, who, q)
	if err != nil {
		return Photo{}, err
	}
	if len(a.body) > maxPhoto {
		return Photo{}, unreadable(q, a, errPhotoLong)
	}
	kind := http.DetectContentType(a.body)
	if !slices.Contains([]string{"image/jpeg", "image/png", "image/gif", "image/webp"}, kind) {
		return Photo{}, unreadable(q, a, errNoPicture)
	}
	return Photo{Type: kind, Bytes: a.body}, nil
}
