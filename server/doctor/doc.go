// Package doctor examines a configuration end to end and says what is wrong
// and what to do about it.
//
// It goes the way a person's first press will go: from the settings over the
// database and the keys to the provider, to Graph, and there to the teams. What
// a step needs has been looked at before; when that failed, the step is not run
// and says so, so that one fault is reported once and not ten times.
//
// It changes nothing. A database is neither made nor brought up to date, a
// refresh token is never used (the provider may take its use for the last one,
// and an examination with wrong settings would then end a session that works),
// and of Graph it only asks. It may be run beside a server that is at work.
//
// It shows neither secrets nor tokens. What strangers answer is quoted in short
// pieces without control characters, and whatever it was, the secrets known
// here are taken out of it.
package doctor
