package words

// Refusal names why a sign-in came to nothing.
type Refusal string

// The refusals, beside those that are a wire.Code.
const (
	SignInExpired     Refusal = "expired"     // too old, or used already
	SignInDenied      Refusal = "denied"      // cancelled or not permitted
	SignInInteraction Refusal = "interaction" // the provider wants to ask something
	SignInUntrusted   Refusal = "untrusted"   // the provider's answer is not right
	SignInMalformed   Refusal = "malformed"   // not an address to sign in with
	SignInConfig      Refusal = "config"      // the provider refuses this server
	SignInStore       Refusal = "store"       // the database fails
)

// SignInRefused gives the advice for r.
func (b *Book) SignInRefused(r Refusal) Advice {
	what, do := refusalKeys(r)
	return Advice{What: b.T(what), Do: b.T(do)}
}

func refusalKeys(r Refusal) (what, do Key) {
	return Key("signin." + r + ".what"), Key("signin." + r + ".do")
}

// refused is the English Advice for every Refusal.
var refused = map[Refusal]Advice{
	SignInExpired: {"This sign-in has expired or was used already.",
		"Sign in again; it takes a moment."},
	SignInDenied: {"The sign-in was cancelled or not permitted.",
		"If you should have access, ask your administrator; else try again."},
	SignInInteraction: {"The sign-in service wants to ask you something first.",
		"Sign in again and answer there."},
	SignInUntrusted: {"The answer of the sign-in service could not be trusted.",
		"Sign in again. If it stays like this, tell your administrator."},
	SignInMalformed: {"This address is not one to sign in with.",
		"Open the time clock and sign in from there."},
	SignInConfig: {"The sign-in service does not accept this time clock.",
		"Tell your administrator; nothing you can do here will help."},
	SignInStore: {"The server cannot store anything at the moment.",
		"Try again in a few minutes."},
}
