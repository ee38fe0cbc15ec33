// Command run starts a PostgreSQL, a MariaDB and other servers of its own in a temporary folder, runs a command with
// their addresses in its environment, and exits with the command's code:
//
//	go run ./internal/testservers/run -- go test ./...
//
// Nothing outlives it: the servers and the command end with it even when it is killed, and the folder is removed
// unless it is.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

func main() { os.Exit(run(os.Args[1:])) }

// run returns the code to exit with: the command's, 2 for a wrong call, 1 where the servers can't be had.
func run(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		say("Give the command to run with the servers: go run ./internal/testservers/run -- go test ./...")
		return 2
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	go watchParent(ctx, signals)

	began := time.Now()
	var servers []*server
	ready := make(chan error, 1)
	dir, err := os.MkdirTemp("", "keyward-")
	if err != nil {
		say("There is no place for the servers' files: %v", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	go func() {
		var err error
		servers, err = startAll(ctx, dir)
		ready <- err
	}()
	select {
	case err = <-ready:
	case <-signals:
		cancel()
		err = errors.Join(errors.New("interrupted"), <-ready)
	}
	defer stopAll(servers)
	if err != nil {
		say("The test servers did not start: %v", err)
		return 1
	}
	say("The test servers are ready after %s.", time.Since(began).Round(100*time.Millisecond))
	return runCommand(args, servers, signals)
}

// startAll starts the servers at once. What it returns has to be stopped, also when there is an error.
func startAll(ctx context.Context, dir string) ([]*server, error) {
	// The servers' own users have to get through to their folders.
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // no listing; each server's folder is 0700
		return nil, err
	}
	kinds := []kind{postgres, mariadb, redis, clickhouse, rabbitmq, ferretdb}
	if err := install(ctx, kinds); err != nil {
		return nil, err
	}
	servers := make([]*server, len(kinds))
	errs := make([]error, len(kinds))
	var wg sync.WaitGroup
	for i, k := range kinds {
		wg.Go(func() { servers[i], errs[i] = startAnew(ctx, k, filepath.Join(dir, k.key)) })
	}
	wg.Wait()
	return servers, errors.Join(errs...)
}

// startAnew starts a server, and again where somebody else took the port that was free a moment ago.
func startAnew(ctx context.Context, k kind, dir string) (*server, error) {
	s, err := start(ctx, k, dir)
	for try := 2; try <= 3 && err != nil && s != nil && bytes.Contains(bytes.ToLower(s.logTail()), []byte("in use")); try++ {
		s.stop()
		s, err = start(ctx, k, fmt.Sprintf("%s-%d", dir, try))
	}
	return s, err
}

func stopAll(servers []*server) {
	var wg sync.WaitGroup
	for _, s := range servers {
		if s != nil {
			wg.Go(s.stop)
		}
	}
	wg.Wait()
}

// runCommand passes signals on and returns the command's exit code, as a shell would count it.
func runCommand(args []string, servers []*server, signals <-chan os.Signal) int {
	cmd := exec.Command(args[0], args[1:]...) //nolint:gosec,noctx // it is what the caller asked for; it gets signals, not a context
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	for _, s := range servers {
		cmd.Env = append(cmd.Env, s.env+"="+s.url)
	}
	cmd.SysProcAttr = endWithUs(&syscall.SysProcAttr{}, syscall.SIGTERM)
	p := spawn(cmd)
	if p.startErr != nil {
		say("%s can't be run: %v", args[0], p.startErr)
		return 127
	}
	for {
		select {
		case s := <-signals:
			_ = cmd.Process.Signal(s)
		case <-p.done:
			for _, s := range servers {
				if s.exited() {
					say("%s ended by itself while the command ran. The end of its log:\n%s", s.kind.title, s.logTail())
				}
			}
			status := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if status.Signaled() {
				return 128 + int(status.Signal())
			}
			return status.ExitStatus()
		}
	}
}

// watchParent sends SIGTERM when the parent is gone: `go run` dies of a SIGTERM without telling its child.
func watchParent(ctx context.Context, signals chan<- os.Signal) {
	parent := os.Getppid()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
	select {
	case signals <- syscall.SIGTERM:
	case <-ctx.Done():
	}
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, "testservers: "+format+"\n", args...) }
