package shell

import (
	"strings"

	"timeclock/web"
)

// renderWorker gives the service worker of one version.
func renderWorker(version string, assets *web.Assets, routes []string) ([]byte, error) {
	kept := map[string]string{}
	for _, a := range assets.All() {
		if !strings.HasPrefix(a.Name, web.Shots) {
			kept[a.Path] = a.Hash
		}
	}
	return render([]string{"outbox.js", "worker.js"},
		value{"__RULES__", newRules()}, value{"__VERSION__", version},
		value{"__ROUTES__", routes}, value{"__ASSETS__", kept})
}
