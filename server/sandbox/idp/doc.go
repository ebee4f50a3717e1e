// Package idp is an OpenID Connect provider for a sandbox: real enough to sign
// in against with any client library, shaped like Microsoft Entra ID, and able
// to lie where a real provider would not.
//
// It speaks the authorization code flow with PKCE (S256 required), refresh
// tokens with rotation and reuse detection, client credentials, userinfo,
// RP-initiated logout, and back- and front-channel logout of its client. There are no passwords: its page lists the people there
// are, and pressing one signs that person in.
//
// What must outlive a restart (the signing key, the sessions at the provider,
// the refresh token families) is in a file before the answer that depends on
// it leaves. Authorization codes live two minutes and in memory only.
//
// The provider mints identities and therefore belongs in no production binary.
package idp
