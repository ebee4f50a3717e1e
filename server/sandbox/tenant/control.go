package tenant

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// Control is the tenant's own door, which no real Graph has:
//
//	GET    /sandbox/faults        the faults that are set
//	POST   /sandbox/faults        sets one (a [Fault] as JSON), answers it with its id
//	DELETE /sandbox/faults        removes all, or the one ?id= names
//	GET    /sandbox/calls         the log of calls and effects
//	DELETE /sandbox/calls         empties it
//	GET    /sandbox/cards         every card as v1.0 shows it, with its team; ?team= picks one team
//
// It asks for no token: the listener it is mounted on must be loopback.
func (t *Tenant) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sandbox/faults", func(w http.ResponseWriter, r *http.Request) {
		show(w, http.StatusOK, append([]Fault{}, t.Faults()...))
	})
	mux.HandleFunc("POST /sandbox/faults", t.setFault)
	mux.HandleFunc("DELETE /sandbox/faults", func(w http.ResponseWriter, r *http.Request) {
		t.Mend(r.URL.Query().Get("id"))
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /sandbox/calls", func(w http.ResponseWriter, r *http.Request) {
		show(w, http.StatusOK, append([]Call{}, t.Calls()...))
	})
	mux.HandleFunc("DELETE /sandbox/calls", func(w http.ResponseWriter, r *http.Request) {
		t.Forget()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /sandbox/cards", func(w http.ResponseWriter, r *http.Request) {
		cards := []map[string]any{}
		for _, c := range t.Cards(r.URL.Query().Get("team")) {
			shown := view{}.card(c)
			shown["team"] = c.Team
			cards = append(cards, shown)
		}
		show(w, http.StatusOK, cards)
	})
	return mux
}

func (t *Tenant) setFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	if err := errors.Join(err, json.Unmarshal(text, &f)); err != nil {
		show(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	id, err := t.Misbehave(f)
	if err != nil {
		show(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	f.ID = id
	show(w, http.StatusCreated, f)
}

// show answers with JSON.
func show(w http.ResponseWriter, status int, v any) {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}
