package verifiers

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// daemon is who runs one of Debian's servers for a test, in a folder of his own: somebody who is nobody else.
type daemon struct {
	user, dir string
	uid, gid  int
}

func newDaemon(t *testing.T) daemon {
	t.Helper()
	who, err := user.Current()
	if err == nil && who.Uid == "0" {
		who, err = user.Lookup("nobody")
	}
	if err != nil {
		t.Fatal(err)
	}
	d := daemon{user: who.Username, dir: t.TempDir()}
	d.uid, _ = strconv.Atoi(who.Uid)
	d.gid, _ = strconv.Atoi(who.Gid)
	for at := d.dir; len(at) > len(os.TempDir()); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// write makes a file that only he can read.
func (d daemon) write(t *testing.T, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(d.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d.own(t, path)
	return path
}

// folder makes a folder that is his alone.
func (d daemon) folder(t *testing.T, name string) (path string) {
	t.Helper()
	path = filepath.Join(d.dir, name)
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	d.own(t, path)
	return path
}

func (d daemon) own(t *testing.T, path string) {
	t.Helper()
	if err := os.Chown(path, d.uid, d.gid); err != nil {
		t.Fatal(err)
	}
}

// command is a program of a Debian package, run by him.
func (d daemon) command(t *testing.T, pkg, program string, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%s is missing: make test, or scripts/need %s %s", program, program, pkg)
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(d.uid), Gid: uint32(d.gid)}
	}
	return cmd
}

// serve runs a server on a port until the test ends, and returns when it answers.
func (d daemon) serve(t *testing.T, port, pkg, program string, args ...string) {
	t.Helper()
	server, log := d.command(t, pkg, program, args...), &strings.Builder{}
	server.Stderr = log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = server.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = server.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log(log.String())
		}
	})
	for range 200 {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("%s ended before it answered", program)
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not answer", program)
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
