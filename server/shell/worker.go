package shell

import (
	"strings"

	"timeclock/web"
)

// renderWorker gives the service worker of one version, which keeps the page in
// one language.
// The supervisors' program is not kept: nobody else loads it, and without a
// network there is nothing for it to show.
func renderWorker(version, lang string, assets *web.Assets, routes Routes) ([]byte, error) {
	kept := map[string]string{}
	for _, a := range assets.All() {
		if desk := a.Name == web.Desk || a.Name == web.DeskStyle || a.Name == DeskScript; !desk && !offered(a) && !foreignWords(a, lang) {
			kept[a.Path] = a.Hash
		}
	}
	return render([]string{"outbox.js", "worker.js"},
		value{"__RULES__", newRules()}, value{"__VERSION__", version}, value{"__LANGUAGE__", lang},
		value{"__ROUTES__", routes.App}, value{"__DESK__", routes.Desk}, value{"__ASSETS__", kept})
}

// offered reports whether a is for where the installed app is offered or listed,
// and for no page.
func offered(a *web.Asset) bool {
	return strings.HasPrefix(a.Name, web.Shots) || strings.HasPrefix(a.Name, web.Shortcuts)
}
