//go:build js && wasm

package browser

import (
	"context"
	"fmt"
	"syscall/js"
)

func texts(ctx context.Context) (documents [][]byte, err error) {
	defer recoverJS(&err)
	links := js.Global().Get("document").Call("querySelectorAll", "link[data-words]")
	answers := make([]js.Value, links.Length())
	for i := range answers { // as the page preloads them, so that they come once
		answers[i] = js.Global().Call("fetch", links.Index(i).Get("href"))
	}
	for _, promise := range answers {
		answer, err := await(ctx, promise)
		if err != nil {
			return nil, fmt.Errorf("fetch texts: %w", err)
		}
		if !answer.Get("ok").Bool() {
			return nil, fmt.Errorf("fetch texts: status %d", answer.Get("status").Int())
		}
		buffer, err := await(ctx, answer.Call("arrayBuffer"))
		if err != nil {
			return nil, fmt.Errorf("read texts: %w", err)
		}
		documents = append(documents, bytesOf(js.Global().Get("Uint8Array").New(buffer)))
	}
	return documents, nil
}

// Cookie gives the value of a cookie that scripts may read, or nothing.
func Cookie(name string) (value string) {
	var err error
	defer recoverJS(&err)
	return cookieIn(js.Global().Get("document").Get("cookie").String(), name)
}

// SetCookie keeps a cookie for a year for this site, and removes it when value
// is empty. Neither name nor value may need quoting.
func SetCookie(name, value string) {
	var err error
	defer recoverJS(&err)
	text := name + "=" + value + "; Path=/; SameSite=Lax; Max-Age=31536000"
	if value == "" {
		text = name + "=; Path=/; SameSite=Lax; Max-Age=0"
	}
	if js.Global().Get("location").Get("protocol").String() == "https:" {
		text += "; Secure"
	}
	js.Global().Get("document").Set("cookie", text)
}

// ApplyTheme draws the page in the theme that was chosen, by the theme script.
func ApplyTheme() {
	if apply := js.Global().Get("applyTheme"); apply.Type() == js.TypeFunction {
		apply.Invoke()
	}
}
