package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keyward/internal/testservers"
)

const asWrapper = "KEYWARD_TEST_AS_WRAPPER"

// TestMain lets the test binary be the wrapper too, so that one can be killed.
func TestMain(m *testing.M) {
	if os.Getenv(asWrapper) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func TestRun(t *testing.T) {
	t.Run("exits with the command's code and leaves nothing", func(t *testing.T) {
		w := begin(t, "ready; exit 7")
		if code := w.wait(t); code != 7 {
			t.Errorf("exit code %d, want 7", code)
		}
		w.assertNothingLeft(t)
	})
	t.Run("passes a signal on, then stops the servers", func(t *testing.T) {
		w := begin(t, `trap 'exit 9' TERM; ready; read line`)
		w.signal(t, syscall.SIGTERM)
		if code := w.wait(t); code != 9 {
			t.Errorf("exit code %d, want the trap's 9", code)
		}
		w.assertNothingLeft(t)
	})
	t.Run("takes the servers and the command along when killed", func(t *testing.T) {
		w := begin(t, "ready; read line")
		w.signal(t, syscall.SIGKILL)
		_ = w.wait(t)
		w.assertNoServer(t)
		w.assertGone(t)
	})
	t.Run("ends when its parent is killed, as go run may be", func(t *testing.T) {
		w := begin(t, "ready; exec sleep 60", "sh", "-c", `"$@"; exit`, "parent")
		w.signal(t, syscall.SIGKILL) // the parent
		_ = w.wait(t)
		w.assertGone(t)
		w.assertNothingLeft(t)
	})
	t.Run("says so when a server ends by itself", func(t *testing.T) {
		w := begin(t, `ready; kill -9 $(cat "$TMPDIR"/keyward-*/mariadb/pid); sleep 0.5`)
		if code := w.wait(t); code != 0 {
			t.Errorf("exit code %d, want the command's 0", code)
		}
		if !strings.Contains(w.stderr.String(), "MariaDB ended by itself") {
			t.Errorf("it said only %s", &w.stderr)
		}
	})
}

func TestRun_refuses(t *testing.T) {
	if code := run([]string{"--"}); code != 2 {
		t.Errorf("no command: exit code %d, want 2", code)
	}
	t.Run("a server that can't start, with its log", func(t *testing.T) {
		broken := mariadb
		broken.serve = func(at place) []string { return append(mariadb.serve(at), "--no-such-option") }
		dir := t.TempDir()
		openUp(t, dir)
		s, err := start(t.Context(), broken, filepath.Join(dir, "mariadb"))
		if err == nil || !strings.Contains(err.Error(), "no-such-option") {
			t.Errorf("got %v, want the log's last lines", err)
		}
		if s != nil {
			s.stop()
		}
	})
	t.Run("a missing server, with what to install", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if err := os.WriteFile("go.mod", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		absent := kind{title: "NoSuchDB", pkg: "nosuchdb-server", programs: []string{"nosuchdbd", "nosuchdb-init"}}
		err := install(t.Context(), []kind{absent})
		if err == nil || !strings.Contains(err.Error(), "apt-get install nosuchdb-server") {
			t.Errorf("got %v", err)
		}
	})
}

// openUp lets the servers' users through the test's folder.
func openUp(t *testing.T, dir string) {
	t.Helper()
	for at := dir; len(at) > len(os.TempDir()); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o711); err != nil {
			t.Fatal(err)
		}
	}
}

// wrapper is a running one, in a temporary folder of its own.
type wrapper struct {
	cmd    *exec.Cmd
	tmp    string
	addrs  []string      // of the servers
	silent chan struct{} // closed when nobody holds standard output any more
	stderr bytes.Buffer
}

// begin starts a wrapper around a shell script, as the child of parent if there is one, and returns once the script has
// called ready.
func begin(t *testing.T, script string, parent ...string) *wrapper {
	t.Helper()
	// A short path: a UNIX socket's may have 107 bytes.
	tmp, err := os.MkdirTemp("", "kw") //nolint:usetesting // TempDir is longer than that
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tmp) })
	openUp(t, tmp)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	w := &wrapper{tmp: tmp, silent: make(chan struct{})}
	line := append(parent, os.Args[0], "--", "sh", "-c",
		fmt.Sprintf("ready() { echo $%s $%s $%s; }; %s", testservers.PostgresEnv, testservers.MariaDBEnv, testservers.RabbitMQEnv, script))
	w.cmd = exec.CommandContext(ctx, line[0], line[1:]...)
	w.cmd.Env = append(os.Environ(), asWrapper+"=1", "TMPDIR="+tmp)
	w.cmd.Stderr = &w.stderr
	w.cmd.WaitDelay = 5 * time.Second // should something outlive it and hold standard error
	stdin, err := w.cmd.StdinPipe()   // held open, so that `read` waits
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close() })
	stdout, theirs, err := os.Pipe() // not StdoutPipe: Wait would close it, and it shows when the command is gone
	if err != nil {
		t.Fatal(err)
	}
	w.cmd.Stdout = theirs
	err = w.cmd.Start()
	_ = theirs.Close()
	if err != nil {
		t.Fatal(err)
	}
	var postgresURL, mariadbURL, rabbitmqURL string
	if _, err := fmt.Fscan(stdout, &postgresURL, &mariadbURL, &rabbitmqURL); err != nil {
		_ = w.cmd.Wait()
		t.Fatalf("the command did not run: %v\n%s", err, &w.stderr)
	}
	go func() {
		_, _ = io.Copy(io.Discard, stdout)
		_ = stdout.Close()
		close(w.silent)
	}()
	for _, text := range []string{postgresURL, mariadbURL, rabbitmqURL} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal("not a URL in the environment")
		}
		w.addrs = append(w.addrs, u.Host)
	}
	w.addrs = append(w.addrs, w.erlang(t))
	return w
}

// erlang is where the daemon listens that RabbitMQ needs: it has to end with it.
func (w *wrapper) erlang(t *testing.T) (addr string) {
	t.Helper()
	scripts, err := filepath.Glob(filepath.Join(w.tmp, "keyward-*", "rabbitmq", "serve.sh"))
	if err != nil || len(scripts) != 1 {
		t.Fatalf("%v, %v", scripts, err)
	}
	text, err := os.ReadFile(scripts[0])
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(string(text), "ERL_EPMD_PORT=")
	port, _, _ = strings.Cut(port, " ")
	return "127.0.0.1:" + port
}

func (w *wrapper) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := w.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

func (w *wrapper) wait(t *testing.T) int {
	t.Helper()
	if err := w.cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return w.cmd.ProcessState.ExitCode()
}

// assertGone waits for the command, and the wrapper, to be gone.
func (w *wrapper) assertGone(t *testing.T) {
	t.Helper()
	select {
	case <-w.silent:
	case <-time.After(5 * time.Second):
		t.Error("the command lives on")
	}
}

func (w *wrapper) assertNothingLeft(t *testing.T) {
	t.Helper()
	w.assertNoServer(t)
	left, err := os.ReadDir(w.tmp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// assertNoServer waits a moment, since the kernel's signal needs one.
func (w *wrapper) assertNoServer(t *testing.T) {
	t.Helper()
	for _, addr := range w.addrs {
		deadline := time.Now().Add(5 * time.Second)
		for {
			conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", addr)
			if err != nil {
				break
			}
			_ = conn.Close()
			if time.Now().After(deadline) {
				t.Errorf("%s still answers", addr)
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}
