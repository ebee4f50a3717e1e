// Package sandbox is a tenant in a box: people who can sign in, the teams they
// work in, and a Microsoft Graph that keeps their time cards, behind one
// loopback address and with no account anywhere.
//
// The provider of identity is package idp, the Graph is package tenant; this
// package puts them on one origin, introduces them to each other and fills
// them with people and some weeks of work. It is what `make run` starts beside
// the server, and the fixture of every end-to-end test.
//
//	box, err := sandbox.Start(ctx, sandbox.Options{
//		RedirectURLs:   []string{"http://localhost:8080/auth/callback"},
//		PostLogoutURLs: []string{"http://localhost:8080/"},
//		Seed:           true,
//	})
//	…
//	defer box.Close(ctx)
//
// The address must be loopback: the sandbox signs anybody in as anybody, and
// its secret stands in its source. No production binary may import it.
package sandbox
