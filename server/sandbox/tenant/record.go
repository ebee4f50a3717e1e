package tenant

import (
	"net/http"

	"timeclock/server/sandbox/tape"
)

// ServeHTTP answers one call to Graph; paths begin with the version. Where
// [tape.Folder] is set, the exchange is kept.
func (t *Tenant) ServeHTTP(w http.ResponseWriter, r *http.Request) { tape.Serve(w, r, t.serve) }
