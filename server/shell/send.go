package shell

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"timeclock/web"
)

// send answers with the form of the asset that suits the request best, or
// that it has not changed.
func send(w http.ResponseWriter, r *http.Request, a *web.Asset, cache string) {
	h := w.Header()
	h.Set("Cache-Control", cache)
	h.Set("X-Content-Type-Options", "nosniff")
	have := a.Encodings()
	if len(have) > 1 {
		h.Add("Vary", "Accept-Encoding")
	}
	enc, ok := choose(strings.Join(r.Header.Values("Accept-Encoding"), ","), have)
	if !ok {
		http.Error(w, "no acceptable content coding", http.StatusNotAcceptable)
		return
	}
	etag := `"` + a.Hash[:24] + "-" + string(enc) + `"`
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, size, err := a.Open(enc)
	if err != nil {
		http.Error(w, "file cannot be read", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", a.Type)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	if enc != web.Identity {
		h.Set("Content-Encoding", string(enc))
	}
	if r.Method != http.MethodHead {
		io.Copy(w, body) // a browser that went away is no fault of ours
	}
}

// matches compares an If-None-Match header with an entity tag, weakly (RFC
// 9110, section 13.1.2).
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}

// choose picks out of have, which lists the preferred first and identity last,
// the encoding that an Accept-Encoding header wants most (RFC 9110, section
// 12.5.3). It is false when none is acceptable. No header asks for identity.
func choose(header string, have []web.Encoding) (web.Encoding, bool) {
	weights := parseAccept(header)
	best, bestWeight := web.Encoding(""), 0.0
	for _, enc := range have {
		if weight := weights.of(enc); weight > bestWeight {
			best, bestWeight = enc, weight
		}
	}
	return best, best != ""
}

// weights are the q-values of an Accept-Encoding header by coding.
type weights map[string]float64

func (ws weights) of(enc web.Encoding) float64 {
	if weight, listed := ws[string(enc)]; listed {
		return weight
	}
	if weight, listed := ws["*"]; listed {
		return weight
	}
	if enc == web.Identity {
		return 0.0001 // below anything that was asked for
	}
	return 0
}

func parseAccept(header string) weights {
	ws := weights{}
	for item := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(item, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding == "x-gzip" {
			coding = string(web.Gzip)
		}
		if coding != "" {
			ws[coding] = weightOf(params)
		}
	}
	return ws
}

// weightOf reads the q parameter; without one the weight is 1, and one that
// cannot be read is 0.
func weightOf(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || weight < 0 || weight > 1 {
			return 0
		}
		return weight
	}
	return 1
}
