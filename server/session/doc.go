// Package session knows who is signed in, and keeps their tokens.
//
// The browser holds one cookie with a random id and nothing else; the server
// stores what belongs to it under the SHA-256 of that id, so that whoever reads
// the database cannot become anybody. A session begins in Start alone, always
// under a new id, and once it has ended no cookie, Save or race brings it back.
//
//	live     now < Expires, and seen less than Idle ago: Load finds it
//	idle     seen longer ago: Load does not find it, ever again; its tokens
//	         still open for a press that was accepted from it (AccessToken)
//	expired  now >= Expires: neither; Run removes it
//	ended    End, EndOne, EndOthers, EndAll, EndUnder, a new sign-in, or the
//	         provider refused its refresh token for good: removed at once with
//	         its tokens
//	parted   End while a press was on its way: over, but its tokens deliver that
//	         press, for GrantFor at most
//	demanded the provider or Graph wants the person asked something first: over,
//	         its tokens gone; what to ask for is kept sealed for the next sign-in
//	         (StepUp)
//
// Tokens are sealed with AES-256-GCM, bound to the hash of the session, in a
// table of their own. An access token that was opened stays in memory for some
// minutes, where the keys are too, and is given only while the same sealed tokens
// are stored. Tokens leave this package only as the result of
// AccessToken, for a call to Graph, and to the provider, to be renewed or, when
// their session is ended here, to be revoked. They are renewed when a request
// needs them, by one request at a time over all processes, and the renewed ones
// are durable before they are used: a provider that rotates refresh tokens ends
// the session of whoever presents an old one.
//
// A session, and a person with all sessions, may ask so much and no more
// (Load); no limit knows of addresses, which thousands may share.
//
// Errors are of four kinds, told apart with errors.Is: ErrEnded, ErrStore,
// ErrUnavailable and ErrConfig. What talks HTTP answers 401 to the first alone.
package session
