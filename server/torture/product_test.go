package torture

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"timeclock/server/config"
	"timeclock/server/sandbox"
)

// program builds the server as it is shipped, once, into a folder that TestMain
// removes.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "timeclock")
	build := exec.Command("go", "build", "-o", path, "timeclock/cmd/timeclock")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, said)
	}
	return path, nil
})

// product is one server as a process of its own, at an address that it keeps
// through restarts.
type product struct {
	addr string // it listens here
	args []string
	env  []string
	log  string // the file it logs to, through all restarts

	cmd   *exec.Cmd
	ended chan struct{} // closed when cmd has
}

// address gives a free port of this machine. It may be taken before it is
// used; then the server does not start, and says so.
func address(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// publicURL is the origin that people use for a server at addr.
func publicURL(addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return "http://localhost:" + port
}

// settings are those of a server at addr, known as url, for the town.
func settings(w *town, addr, url, database string) (args, env []string) {
	cloud := config.Cloud{GraphURL: w.origin + "/graph"}
	return []string{
			"serve", "--listen", addr, "--url", url, "--insecure-http",
			"--tenant-id", sandbox.TenantID, "--client-id", sandbox.ClientID,
			"--oidc-issuer", w.provider.Issuer(), "--graph-url", cloud.GraphURL, "--oidc-scopes", strings.Join(cloud.Scopes(), " "),
			"--database-url", database,
		}, []string{
			config.Prefix + "CLIENT_SECRET=" + sandbox.ClientSecret,
			config.Prefix + "SECRET_KEYS=" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes known to nobody")),
		}
}

// install prepares a server for the town. It is killed with the test, and its
// log stays when the test has failed.
func install(t *testing.T, w *town, addr, url, database string) *product {
	t.Helper()
	p := &product{addr: addr, log: filepath.Join(t.ArtifactDir(), "server-"+strings.ReplaceAll(addr, ":", "-")+".log")}
	p.args, p.env = settings(w, addr, url, database)
	t.Cleanup(p.kill)
	return p
}

// start starts the process and does not wait for it.
func (p *product) start(t *testing.T) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := exec.Command(path, p.args...)
	c.Env, c.Stderr, c.SysProcAttr = p.env, log, tied()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait() // says how it was killed
		close(ended)
	}()
	p.cmd, p.ended = c, ended
}

// kill ends the process as a loss of power would, and waits until it is gone.
func (p *product) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
	p.cmd = nil
}

// ready waits until the server is prepared to take requests.
func (p *product) ready(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-p.ended:
			t.Fatalf("the server at %s ended; it said\n%s", p.addr, p.lastWords())
		default:
		}
		answer, err := http.Get("http://" + p.addr + "/healthz")
		if err != nil {
			continue
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatalf("the server at %s does not start; it said\n%s", p.addr, p.lastWords())
}

// lastWords are the end of the log.
func (p *product) lastWords() []byte {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	return bytes.TrimSpace(text[max(0, len(text)-4000):])
}

// toLoopback connects to a server that is called localhost where it listens.
func toLoopback(ctx context.Context, network, addr string) (net.Conn, error) {
	if _, port, err := net.SplitHostPort(addr); err == nil {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}
