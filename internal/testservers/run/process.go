package main

import (
	"errors"
	"fmt"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"syscall"
)

// process is a child. startErr is set, or done is closed once it has ended.
type process struct {
	cmd      *exec.Cmd
	startErr error
	done     chan struct{}
}

// spawn starts cmd. The kernel ties "die with your parent" to the thread that started the child, not to the process,
// so the thread is kept for as long as the child lives.
func spawn(cmd *exec.Cmd) *process {
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(p.done)
		}
	}()
	p.startErr = <-started
	return p
}

// account is a system user that isn't root: both servers refuse to run as root.
func account(names ...string) (*syscall.Credential, error) {
	for _, name := range names {
		u, err := user.Lookup(name)
		if errors.As(err, new(user.UnknownUserError)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("none of the users %q exists to run a server as: databases refuse to run as root, so run this as somebody else", names)
}
