package tape_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"timeclock/server/sandbox/tape"
)

// serve starts a server that is recorded.
func serve(t *testing.T, next http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { tape.Serve(w, r, next) }))
	t.Cleanup(server.Close)
	return server
}

func post(t *testing.T, url, body string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer very-secret")
	return http.DefaultClient.Do(req)
}

func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Says", "so")
	w.WriteHeader(http.StatusCreated)
	io.Copy(w, r.Body)
}

func TestKeepsAnExchange(t *testing.T) {
	t.Setenv(tape.Folder, t.TempDir())
	server := serve(t, echo)
	res, err := post(t, server.URL+"/v1.0/me?$top=1", "hello")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, _ := io.ReadAll(res.Body); string(got) != "hello" || res.StatusCode != http.StatusCreated {
		t.Errorf("recorded, the answer became %d %q", res.StatusCode, got)
	}
	server.Close()
	all, err := tape.Load(os.Getenv(tape.Folder))
	if err != nil || len(all) != 1 {
		t.Fatalf("Load = %+v, %v; want one exchange", all, err)
	}
	x := all[0]
	if x.Method != "POST" || x.Path != "/v1.0/me" || x.Query != "$top=1" || string(x.Body) != "hello" {
		t.Errorf("request was kept as %+v", x)
	}
	if !x.Answered || x.Status != 201 || string(x.Answer) != "hello" || x.AnswerHeader.Get("X-Says") != "so" {
		t.Errorf("answer was kept as %+v", x)
	}
	if kept := x.Header.Get("Authorization"); kept != "(left out)" {
		t.Errorf("token was kept as %q", kept)
	}
}

func TestKeepsACutConnectionAsNoAnswer(t *testing.T) {
	t.Setenv(tape.Folder, t.TempDir())
	server := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if res, err := post(t, server.URL, ""); err == nil {
		res.Body.Close()
		t.Errorf("recorded, a cut connection became %s", res.Status)
	}
	server.Close()
	if all, err := tape.Load(os.Getenv(tape.Folder)); err != nil || len(all) != 1 || all[0].Answered {
		t.Errorf("Load = %+v, %v; want one exchange without an answer", all, err)
	}
}

func TestKeepsNothingUnasked(t *testing.T) {
	t.Setenv(tape.Folder, "")
	dir := t.TempDir()
	t.Chdir(dir)
	res, err := post(t, serve(t, echo).URL, "hello")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
