//go:build !js

package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// page runs the tests of the _js_test.go files in a browser and leaves their
// exit code in window.code.
const page = `<!doctype html><title>tests</title>
<form><textarea id="note"></textarea></form>
<script>
window.lines = [];
console.log = console.error = (...a) => { window.lines.push(a.join(" ")); };
window.onunhandledrejection = e => { window.lines.push("unhandled: " + e.reason); window.code ??= 9; };
</script>
<script src="/wasm_exec.js"></script>
<script>
const go = new Go();
go.argv = ["browser.test", "-test.v"];
go.exit = code => { window.code = code; };
WebAssembly.instantiateStreaming(fetch("/test.wasm"), go.importObject).then(r => go.run(r.instance));
</script>`

// TestInChromium runs the other half of this package's tests where they
// belong.
func TestInChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("not run: tests in a browser are left out of the short tests")
	}
	dir := t.TempDir()
	build := exec.Command("go", "test", "-c", "-o", filepath.Join(dir, "test.wasm"), ".")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the tests for the browser: %v\n%s", err, out)
	}
	server := httptest.NewServer(site(dir))
	defer server.Close()
	ctx, cancel := chromium(t)
	defer cancel()
	locate(t, ctx, server.URL)
	if _, err := chromedp.Run(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatalf("open the page: %v", err)
	}
	_, waited := chromedp.Run(ctx, chromedp.Poll[chromedp.Void]("window.code !== undefined", chromedp.WithPollingTimeout(time.Minute)))
	code, err := chromedp.Run(ctx, chromedp.Evaluate[int]("window.code ?? -1"))
	if err != nil {
		t.Fatalf("read the exit code: %v", err)
	}
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string](`window.lines.join("\n")`))
	if err != nil {
		t.Fatalf("read the output: %v", err)
	}
	if waited != nil || code != 0 || !strings.Contains(out, "--- PASS: TestStoreInTheBrowser") {
		t.Errorf("in Chromium: exit code %d, %v\n%s", code, waited, out)
	}
}

// locate puts the browser in the harbour of Stockholm, and lets pages know.
func locate(t *testing.T, ctx context.Context, origin string) {
	t.Helper()
	latitude, longitude, accuracy := 59.3251, 18.0711, 20.0
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	_, err := chromedp.Call(ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "geolocation"}, Setting: "granted", Origin: origin,
	})
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{
			Latitude: &latitude, Longitude: &longitude, Accuracy: &accuracy,
		})
	}
	if err != nil {
		t.Fatalf("place the browser: %v", err)
	}
}

// chromium starts a browser.
func chromium(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	path := ""
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "google-chrome", "chromium-browser"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Fatal("no browser: install Debian's package chromium, or name one in CHROMIUM")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))
	parent, stopBrowser := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	ctx, stopPage := chromedp.NewContext(parent)
	ctx, stopWaiting := context.WithTimeout(ctx, 2*time.Minute)
	return ctx, func() {
		stopWaiting()
		stopPage()
		stopBrowser()
	}
}

// site serves the tests and what they call.
func site(dir string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, page)
	})
	mux.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(runtime.GOROOT(), "lib", "wasm", "wasm_exec.js"))
	})
	mux.HandleFunc("GET /test.wasm", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(dir, "test.wasm"))
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Heard", r.Header.Get("X-Said"))
		w.WriteHeader(http.StatusTeapot)
		io.Copy(w, r.Body)
	})
	mux.Handle("GET /away", http.RedirectHandler("/", http.StatusFound))
	mux.HandleFunc("GET /slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, r *http.Request) {
		for _, word := range []string{"one ", "two ", "three"} {
			fmt.Fprint(w, word)
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
		if r.URL.Query().Has("open") {
			<-r.Context().Done()
		}
	})
	return mux
}
