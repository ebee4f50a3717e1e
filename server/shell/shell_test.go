package shell

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"timeclock/server/tongue"
	"timeclock/web"
	"timeclock/web/bundle"
)

var (
	program = bytes.Repeat([]byte("\x00asm a program "), 500)
	routes  = Routes{App: []string{"/", "/history"}, Desk: []string{"/team"}}
)

// files lays out a web folder with a made-up program.
func files(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{
		"css/tokens.css":             {Data: bytes.Repeat([]byte("p { color: red }\n"), 50)},
		"icons/icon.svg":             {Data: []byte("<svg></svg>")},
		"icons/icon-192.png":         {Data: picture(t, 192)},
		"icons/maskable-512.png":     {Data: picture(t, 512)},
		"icons/monochrome-192.png":   {Data: picture(t, 192)},
		"shots/clock-narrow.png":     {Data: picture(t, 400)},
		"icons/shortcut-hours.png":   {Data: picture(t, 96)},
		"icons/apple-touch-icon.png": {Data: picture(t, 180)},
		"words/sv.json":              {Data: []byte("{}")},
		"words/desk/sv.json":         {Data: []byte("{}")},
		"words/fi.json":              {Data: []byte("{}")},
	}
	b, err := bundle.Make(program, []byte("runtime"), 1)
	if err != nil {
		t.Fatal(err)
	}
	made, err := b.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range made {
		fsys["dist/"+f.Name] = &fstest.MapFile{Data: f.Data}
		fsys["dist/desk/"+f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

func picture(t *testing.T, size int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, size, size))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func tongues(t *testing.T) *tongue.Tongues {
	t.Helper()
	all, err := tongue.Load(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func newShell(t *testing.T, fsys fstest.MapFS) *Shell {
	t.Helper()
	assets, err := web.From(fsys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(assets, routes, tongues(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve starts a server as the product has it: the shell behind Headers.
func serve(t *testing.T, s *Shell) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	s.Mount(mux)
	server := httptest.NewServer(Headers{}.Wrap(mux))
	t.Cleanup(server.Close)
	return server
}

// answer is what a request got.
type answer struct {
	*http.Response
	body []byte
}

// ask sends a request with headers given as names and values in turn. Nothing
// is decompressed.
func ask(t *testing.T, server *httptest.Server, method, path string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: read body: %v", method, path, err)
	}
	return answer{resp, body}
}

func TestAnswers(t *testing.T) {
	s := newShell(t, files(t))
	server := serve(t, s)
	for _, row := range []struct {
		method, path string
		status       int
		media, cache string
		csp          string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", cacheRevalidate, PageCSP},
		{"HEAD", "/", 200, "text/html; charset=utf-8", cacheRevalidate, PageCSP},
		{"GET", "/history", 200, "text/html; charset=utf-8", cacheRevalidate, PageCSP},
		{"GET", "/app-worker.js", 200, "text/javascript; charset=utf-8", cacheRevalidate, PageCSP},
		{"GET", "/manifest.webmanifest", 200, "application/manifest+json", cacheRevalidate, dataCSP},
		{"GET", s.Path(web.Program), 200, "application/wasm", cacheForever, dataCSP},
		{"GET", "/team", 200, "text/html; charset=utf-8", cacheRevalidate, PageCSP},
		{"GET", s.Path(web.Desk), 200, "application/wasm", cacheForever, dataCSP},
		{"HEAD", s.Path(web.Program), 200, "application/wasm", cacheForever, dataCSP},
		{"GET", s.Path(web.Runtime), 200, "text/javascript; charset=utf-8", cacheForever, dataCSP},
		{"GET", s.Path(AppScript), 200, "text/javascript; charset=utf-8", cacheForever, dataCSP},
		{"GET", s.Path(web.Style), 200, "text/css; charset=utf-8", cacheForever, dataCSP},
		{"GET", s.Path("icons/icon.svg"), 200, "image/svg+xml", cacheForever, dataCSP},
		{"GET", s.Path("icons/icon-192.png"), 200, "image/png", cacheForever, dataCSP},
		{"GET", "/web/app.wasm", 404, "text/plain; charset=utf-8", "no-store", dataCSP},
		{"GET", "/web/style.000000000000.css", 404, "text/plain; charset=utf-8", "no-store", dataCSP},
		{"GET", "/web/", 404, "text/plain; charset=utf-8", "no-store", dataCSP},
		{"GET", "/unknown", 404, "text/plain; charset=utf-8", "", dataCSP},
		{"GET", "/history/more", 404, "text/plain; charset=utf-8", "", dataCSP},
		{"POST", "/", 405, "text/plain; charset=utf-8", "", dataCSP},
		{"DELETE", s.Path(web.Style), 405, "text/plain; charset=utf-8", "", dataCSP},
	} {
		a := ask(t, server, row.method, row.path)
		if a.StatusCode != row.status {
			t.Errorf("%s %s = %d, want %d", row.method, row.path, a.StatusCode, row.status)
		}
		for name, want := range map[string]string{
			"Content-Type": row.media, "Cache-Control": row.cache,
			"Content-Security-Policy": row.csp, "X-Content-Type-Options": "nosniff",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s %s: %s: %q, want %q", row.method, row.path, name, got, want)
			}
		}
		if row.method == "HEAD" && (len(a.body) != 0 || a.ContentLength <= 0) {
			t.Errorf("HEAD %s: body of %d bytes, length %d", row.path, len(a.body), a.ContentLength)
		}
	}
}

func TestEncodings(t *testing.T) {
	s := newShell(t, files(t))
	server := serve(t, s)
	for _, row := range []struct {
		name, accept string
		status       int
		encoding     string
		vary         string
	}{
		{web.Program, "gzip, deflate, br, zstd", 200, "br", "Accept-Encoding"},
		{web.Program, "gzip, deflate", 200, "gzip", "Accept-Encoding"},
		{web.Program, "identity", 200, "", "Accept-Encoding"},
		{web.Program, "identity;q=0", 406, "", "Accept-Encoding"},
		{web.Style, "br;q=0.5, gzip;q=0.8", 200, "gzip", "Accept-Encoding"},
		{web.Style, "*", 200, "br", "Accept-Encoding"},
		{"icons/icon-192.png", "br", 200, "", ""},
	} {
		a := ask(t, server, "GET", s.Path(row.name), "Accept-Encoding", row.accept)
		if a.StatusCode != row.status || a.Header.Get("Content-Encoding") != row.encoding || a.Header.Get("Vary") != row.vary {
			t.Errorf("%s with %q = %d, %q, Vary %q, want %d, %q, %q", row.name, row.accept,
				a.StatusCode, a.Header.Get("Content-Encoding"), a.Header.Get("Vary"), row.status, row.encoding, row.vary)
		}
		if a.StatusCode == 200 && a.ContentLength != int64(len(a.body)) {
			t.Errorf("%s with %q: length %d of %d", row.name, row.accept, a.ContentLength, len(a.body))
		}
	}
	plain := ask(t, server, "GET", s.Path(web.Program), "Accept-Encoding", "identity")
	if !bytes.Equal(plain.body, program) {
		t.Errorf("the program uncompressed has %d bytes, want %d", len(plain.body), len(program))
	}
}

func TestChoose(t *testing.T) {
	all := []web.Encoding{web.Brotli, web.Gzip, web.Identity}
	for _, row := range []struct {
		header string
		want   web.Encoding
	}{
		{"", web.Identity},
		{"br", web.Brotli},
		{"BR", web.Brotli},
		{"x-gzip", web.Gzip},
		{"gzip;q=1.0, br;q=0.9", web.Gzip},
		{"gzip;q=0.9;x=y, br ; Q=0.9", web.Brotli},
		{"br;q=0, gzip", web.Gzip},
		{"*;q=0, gzip;q=0.1", web.Gzip},
		{"*;q=0.5, br;q=0", web.Gzip},
		{"br;q=nonsense, gzip;q=0.1", web.Gzip},
		{"br;q=2", web.Identity},
		{"zstd, deflate", web.Identity},
		{"gzip;q=0.2, identity;q=0.8", web.Identity},
		{"identity;q=0, br;q=0.001", web.Brotli},
		{"*;q=0", ""},
		{"identity;q=0", ""},
	} {
		got, ok := choose(row.header, all)
		if got != row.want || ok != (row.want != "") {
			t.Errorf("choose(%q) = %q, %t, want %q", row.header, got, ok, row.want)
		}
	}
}

func TestRevalidation(t *testing.T) {
	server := serve(t, newShell(t, files(t)))
	first := ask(t, server, "GET", "/", "Accept-Encoding", "br")
	etag := first.Header.Get("ETag")
	again := ask(t, server, "GET", "/", "Accept-Encoding", "br", "If-None-Match", `"x", W/`+etag, "Cookie", "session=anna")
	if again.StatusCode != 304 || len(again.body) != 0 || again.Header.Get("ETag") != etag {
		t.Errorf("the page again = %d, %d bytes, ETag %q, want 304, none, %q", again.StatusCode, len(again.body), again.Header.Get("ETag"), etag)
	}
	if other := ask(t, server, "GET", "/", "Accept-Encoding", "gzip", "If-None-Match", etag); other.StatusCode != 200 {
		t.Errorf("the page in another encoding = %d, want 200", other.StatusCode)
	}
	if missing := ask(t, server, "GET", "/unknown", "If-None-Match", etag); missing.StatusCode != 404 {
		t.Errorf("an unknown path with the page's ETag = %d, want 404", missing.StatusCode)
	}
	worker := ask(t, server, "GET", "/app-worker.js", "Accept-Encoding", "br", "If-None-Match", etag)
	if worker.StatusCode != 200 {
		t.Errorf("the worker with the page's ETag = %d, want 200", worker.StatusCode)
	}
}

func TestVersionFollowsEveryFile(t *testing.T) {
	first := newShell(t, files(t))
	if same := newShell(t, files(t)); same.Version != first.Version {
		t.Errorf("the same files have versions %s and %s", first.Version, same.Version)
	}
	for _, name := range []string{"css/tokens.css", "icons/icon.svg"} {
		changed := files(t)
		changed[name].Data = append(changed[name].Data, "q{}"...)
		s := newShell(t, changed)
		if s.Version == first.Version {
			t.Errorf("%s changed and the version is still %s", name, s.Version)
		}
		if bytes.Equal(body(t, s.spoken["en"].worker), body(t, first.spoken["en"].worker)) {
			t.Errorf("%s changed and the worker did not", name)
		}
	}
}

func TestNewWantsTheFirstScreen(t *testing.T) {
	assets, err := web.From(files(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(assets, Routes{App: []string{"/history"}}, tongues(t)); err == nil {
		t.Error("New without / among the routes succeeded")
	}
}

func TestManifest(t *testing.T) {
	s := newShell(t, files(t))
	got := string(body(t, s.spoken["en"].manifest))
	for _, want := range []string{
		`"id": "/"`, `"start_url": "/"`, `"scope": "/"`, `"display": "standalone"`, `"name": "Timeclock"`,
		`"src": "` + s.Path("icons/icon-192.png") + `"`, `"sizes": "192x192"`, `"purpose": "any"`,
		`"sizes": "512x512"`, `"purpose": "maskable"`, `"sizes": "any"`, `"purpose": "monochrome"`,
		`"short_name": "Timeclock"`, `"theme_color": "#faf5ec"`, `"background_color": "#faf5ec"`, `"description": "`,
		`"name": "Clock in",` + "\n      " + `"url": "/?press=clockIn"`,
		`"name": "Clock out",` + "\n      " + `"url": "/?press=clockOut"`,
		`"name": "My hours",` + "\n      " + `"url": "/history"`,
		`"src": "` + s.Path("shots/clock-narrow.png") + `"`, `"form_factor": "narrow"`,
		`"src": "` + s.Path("icons/shortcut-hours.png") + `"`, `"sizes": "96x96"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the manifest lacks %s:\n%s", want, got)
		}
	}
	if strings.Contains(got, "apple") || strings.Contains(got, "180x180") {
		t.Errorf("the manifest lists Apple's icon:\n%s", got)
	}
	if worker := string(body(t, s.spoken["en"].worker)); strings.Contains(worker, "shortcut-") || strings.Contains(worker, "clock-narrow") {
		t.Errorf("the worker keeps what no page shows:\n%s", worker)
	}
}

func TestNothingElsewhere(t *testing.T) {
	s := newShell(t, files(t))
	origin := regexp.MustCompile(`https?://[a-z0-9.-]+`)
	for _, a := range []*web.Asset{s.spoken["en"].page, s.spoken["en"].worker, s.spoken["en"].manifest, s.assets.Named(AppScript)} {
		for _, url := range origin.FindAllString(string(body(t, a)), -1) {
			if url != "http://www.w3.org" { // the name of SVG's namespace, fetched by nobody
				t.Errorf("%s names %s", a.Name, url)
			}
		}
	}
}

// body gives the content of an asset.
func body(t *testing.T, a *web.Asset) []byte {
	t.Helper()
	r, _, err := a.Open(web.Identity)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
