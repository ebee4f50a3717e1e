// Package shell serves what a browser needs before and around the browser
// program: the page, the scripts that start the program, the service worker,
// the manifest of the installed app, and every static file.
//
// The page is ours and not go-app's: it is the same for everyone, is made
// once at start, reads no cookie and knows no person, so that a cache may hold
// it and a shared computer may keep it. It shows a clock with a real form in
// it; go-app replaces the body's first element once the program runs.
//
// Nothing here runs script that is not a file of this origin: the page has no
// inline script, style or handler, and PageCSP holds it to that.
package shell
