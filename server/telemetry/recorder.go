package telemetry

import (
	"encoding/json"
	"net/http"
)

// recorder notes status and size of an answer. http.ResponseController reaches
// what lies beneath through Unwrap.
type recorder struct {
	http.ResponseWriter
	status int // 0 until something was sent
	bytes  int64
}

// Status is what the client was told. net/http sends 200 for a handler that
// says nothing.
func (w *recorder) Status() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

// WriteHeader notes the status, unless it is one of those that come before the
// real one (1xx).
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Flush is here for handlers that look for an http.Flusher.
func (w *recorder) Flush() {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap serves http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// writeJSON sends v. The client may be gone; there is nobody left to tell.
func writeJSON(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }
