// Package auth signs people in and out at an OpenID Connect provider.
//
// It is the relying party of a backend-for-frontend (RFC 10017 §6.1): a
// confidential client that uses the authorization code grant with PKCE (S256),
// and keeps everything it learns on the server. The browser carries a state
// parameter, a code for one use, and two cookies with random ids.
//
//	GET  /auth/login     stores a Transaction, sends the browser to the provider
//	GET  /auth/callback  uses it up, redeems the code, checks the ID token,
//	                     begins a session, goes back to where the person was
//	POST /auth/logout    ends the session, says where to sign out at the provider
//	POST /auth/backchannel-logout   the provider's server says that a session or
//	                     a person's sessions are over (logout token)
//	GET  /auth/frontchannel-logout  the provider's page says so, in a frame
//
// Whatever goes wrong in the callback ends in one page that says so in a
// sentence and offers to sign in again; it never leads into the provider by
// itself, so there is no loop, and it shows nothing that came in the request.
//
// go-oidc verifies signature, issuer, audience and expiry of an ID token. What
// it leaves to its user is done here: subject, time of issue, nonce, authorized
// party, token type and access token hash (OpenID Connect Core §3.1.3.7). The
// two clocks may differ by 30 s (Leeway).
//
// People are known by Entra's tid and oid. A provider without these gets a
// tenant derived from its issuer, "iss-" and 32 hex digits, and the subject as
// object; that is as stable as issuer and subject are.
//
// This server proves itself at the token endpoint by a secret, or by a
// certificate (private_key_jwt). With the same proof Application gets the
// server's own tokens, which nobody's session has anything to do with.
//
// When the provider or Graph wants the person to be asked something first (a
// claims challenge, interaction_required), the session ends and remembers it;
// the next sign-in of that browser asks for it and goes back to where the person
// was. It does so once: a demand that is repeated at once is left to the person.
//
// A provider that cannot be reached is no reason not to start: its metadata is
// read when first needed, and read again no sooner than a growing pause after a
// failure.
package auth
