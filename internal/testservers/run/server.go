package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	startLimit = 90 * time.Second
	adminUser  = "keyward"
)

// place is where one server lives and how it is reached.
type place struct {
	dir      string // its own folder, 0700, owned by its user
	port     int
	password string // of adminUser
	find     func(program string) string
}

// kind is a sort of database server.
type kind struct {
	key      string                      // names its folder
	title    string                      // as people say it
	env      string                      // the variable that holds its URL
	pkg      string                      // Debian's package
	build    func(context.Context) error // makes the programs, where no package has them
	programs []string                    // that it takes
	folders  []string                    // where they may be besides PATH; patterns
	users    []string                    // to run as when we are root: the first that exists
	quit     syscall.Signal
	initdb   func(place) ([]string, error) // the command line that makes an empty data folder, if it takes one
	prepare  func(place) error             // writes the files that it is configured by, if there are any
	serve    func(place) []string
	url      func(place) string
	ping     func(ctx context.Context, url string) error
}

// server is a running one.
type server struct {
	kind kind
	*process
	env, url, log string
}

// start makes a data folder and starts a server on it. The server is not nil if there is one to stop.
func start(ctx context.Context, k kind, dir string) (*server, error) {
	began := time.Now()
	attr := syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the command; the servers stop after it
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		who, err := account(append(k.users, "nobody")...)
		if err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return nil, err
		}
		attr.Credential = who
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	at := place{dir: dir, port: port, password: rand.Text(), find: k.find}
	say("Starting %s (%s) …", k.title, k.find(k.programs[0]))
	if err := k.makeFiles(ctx, at, attr); err != nil {
		return nil, err
	}
	s := &server{kind: k, env: k.env, url: k.url(at), log: filepath.Join(dir, "log")}
	cmd := k.command(context.WithoutCancel(ctx), dir, k.serve(at), attr)
	out, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout, cmd.Stderr = out, out
	if s.process = spawn(cmd); s.startErr != nil {
		return nil, s.startErr
	}
	if err := s.wait(ctx); err != nil {
		return s, err
	}
	say("%s answers on port %d after %s.", k.title, port, time.Since(began).Round(100*time.Millisecond))
	return s, nil
}

// makeFiles is all that comes before the server.
func (k kind) makeFiles(ctx context.Context, at place, attr syscall.SysProcAttr) error {
	if k.prepare != nil {
		if err := k.prepare(at); err != nil {
			return err
		}
	}
	if k.initdb == nil {
		return nil
	}
	line, err := k.initdb(at)
	if err != nil {
		return err
	}
	return initialise(ctx, k, at.dir, line, attr)
}

func initialise(ctx context.Context, k kind, dir string, line []string, attr syscall.SysProcAttr) error {
	cmd := k.command(ctx, dir, line, attr)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	// A group, not a process, is to be ended: mariadb-install-db is a script with children.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	p := spawn(cmd)
	if p.startErr != nil {
		return p.startErr
	}
	<-p.done
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if !cmd.ProcessState.Success() {
		return fmt.Errorf("%s could not make its data folder (%s):\n%s", k.title, cmd.ProcessState, out.Bytes())
	}
	return nil
}

// command runs a program as the server's user with an environment of its own: no PG… variable, no foreign locale.
func (k kind) command(ctx context.Context, dir string, line []string, attr syscall.SysProcAttr) *exec.Cmd {
	cmd := exec.CommandContext(ctx, line[0], line[1:]...) //nolint:gosec // our own command lines
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/sbin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + dir, "TMPDIR=" + dir}
	cmd.SysProcAttr = endWithUs(&attr, k.quit)
	return cmd
}

// wait returns once the server answers to the administrator's password.
func (s *server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		err := s.kind.ping(ctx, s.url)
		if err == nil {
			return nil
		}
		select {
		case <-s.done:
			return fmt.Errorf("%s ended before it answered. The end of its log:\n%s", s.kind.title, s.logTail())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), fmt.Errorf("%s does not answer: %w. The end of its log:\n%s", s.kind.title, err, s.logTail()))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop ends the server at once: its data is thrown away anyway.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(s.kind.quit)
	select {
	case <-s.done:
	case <-time.After(10 * time.Second):
		_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		<-s.done
	}
}

func (s *server) exited() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

func (s *server) logTail() []byte {
	text, err := os.ReadFile(s.log)
	if err != nil {
		return []byte(err.Error())
	}
	return text[max(0, len(text)-2000):]
}

func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
