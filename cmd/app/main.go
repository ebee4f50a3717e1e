// Command app is the program in the browser. The server sends it as
// WebAssembly; run anywhere else it does nothing.
package main

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"timeclock/app/page"
	"timeclock/app/state"
)

func main() {
	store := state.New(state.Deps{})
	page.Routes(store)
	store.Open(context.Background())
	app.RunWhenOnBrowser()
}
