package gatewaytest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(lockEnv); file != "" {
		holdLock(file)
		return
	}
	dir, err := os.MkdirTemp("", "keyward")
	if err != nil {
		panic(err)
	}
	binary = sync.OnceValues(func() (string, error) {
		// What is looked at here decides whether a cached result still holds: go test doesn't see what go build reads.
		for _, of := range []string{"../../*.go", "../config/*.go"} {
			files, err := filepath.Glob(of)
			if err != nil || len(files) == 0 {
				return "", fmt.Errorf("no %s: %w", of, err)
			}
			for _, file := range files {
				if _, err := os.Stat(file); err != nil {
					return "", err
				}
			}
		}
		path := filepath.Join(dir, "keyward")
		out, err := exec.Command("go", "build", "-o", path, "keyward").CombinedOutput()
		if err != nil {
			return "", errors.New(string(out))
		}
		return path, nil
	})
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// binary builds the program when it is first needed.
var binary func() (string, error)

// process is a running keyward.
type process struct {
	cmd            *exec.Cmd
	url            string
	stdout, stderr *Buffer
	ended          chan struct{}
}

// launch starts keyward with nothing of our own environment but what env adds, and ends it with the test.
func launch(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(path, args...), stdout: &Buffer{}, stderr: &Buffer{}, ended: make(chan struct{})}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = t.TempDir(), p.stdout, p.stderr
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.cmd.Dir}, env...)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// code waits for the end and says how it was.
func (p *process) code(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(30 * time.Second):
		t.Fatalf("still running:\n%s", p.stderr)
		return 0
	}
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// run runs a command to its end.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	p := launch(t, nil, args...)
	code = p.code(t)
	return p.stdout.String(), p.stderr.String(), code
}

// launchServe starts a gateway on a free port.
func launchServe(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	addr := freeAddr(t)
	p := launch(t, env, append([]string{"serve", "--addr", addr}, args...)...)
	p.url = "http://" + addr
	return p
}

// serve starts a gateway and waits until it is ready.
func serve(t *testing.T, args ...string) *process {
	t.Helper()
	p := launchServe(t, nil, args...)
	p.ready(t)
	return p
}

func (p *process) ready(t *testing.T) {
	t.Helper()
	for range 600 {
		if status(p.url+"/readyz") == http.StatusOK {
			return
		}
		select {
		case <-p.ended:
			t.Fatalf("it ended:\n%s", p.stderr)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("it doesn't get ready:\n%s", p.stderr)
}

// status is what a GET is answered with, 0 where nobody answers.
func status(url string) int {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// freeAddr is an address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// flags name the database on a command line.
func flags(d Database, more ...string) []string {
	args := append([]string{"--data-dir", d.DataDir}, more...)
	if d.URL != "" {
		args = append(args, "--database-url", d.URL)
	}
	return args
}

var tokenLine = regexp.MustCompile(`^kw_[a-z2-7]{39}\n$`)

// newToken makes an owner's token with the command.
func newToken(t *testing.T, d Database) string {
	t.Helper()
	stdout, stderr, code := run(t, append([]string{"token", "create", "--name", "test", "--role", "OWNER"}, flags(d)...)...)
	if code != 0 || !tokenLine.MatchString(stdout) || stderr != "" {
		t.Fatalf("token create ended with %d: %q %s", code, stdout, stderr)
	}
	return string(bytes.TrimSpace([]byte(stdout)))
}
