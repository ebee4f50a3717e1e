package shell

import (
	"encoding/json"
	"fmt"
	"strings"

	"timeclock/web"
)

// renderWorker gives the service worker of one version.
func renderWorker(version string, assets *web.Assets, routes []string) ([]byte, error) {
	source, err := web.Files.ReadFile("worker.js")
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, a := range assets.All() {
		paths = append(paths, a.Path)
	}
	text := string(source)
	for _, v := range []struct {
		name  string
		value any
	}{
		{`"__VERSION__"`, version},
		{"__ROUTES__", routes},
		{"__ASSETS__", paths},
	} {
		literal, err := json.Marshal(v.value)
		if err != nil {
			return nil, err
		}
		if strings.Count(text, v.name) != 1 {
			return nil, fmt.Errorf("worker.js does not have %s once", v.name)
		}
		text = strings.Replace(text, v.name, string(literal), 1)
	}
	return []byte(text), nil
}
