package seal

import (
	"io/fs"
	"os"
	"syscall"
	"testing"
	"time"
)

// A mounted secret belongs to root and is read through its group. Who runs the tests can't always give a file away, so
// what the system says of the file is told here.
func TestPrivate(t *testing.T) {
	ours, other := uint32(os.Geteuid()), uint32(os.Geteuid()+1)
	for _, c := range []struct {
		mode  fs.FileMode
		owner uint32
		want  bool
	}{
		{0o600, ours, true}, {0o400, ours, true}, {0o400, other, true},
		{0o440, ours, false}, {0o640, ours, false}, // we could take it back
		{0o440, other, true}, {0o040, other, true},
		{0o640, other, false}, // its owner may write: no mounted secret
		{0o460, other, false}, {0o444, other, false}, {0o442, other, false}, {0o441, other, false}, {0o450, other, false}, {0o604, other, false},
	} {
		if got := private(stat{c.mode, &syscall.Stat_t{Uid: c.owner}}); got != c.want {
			t.Errorf("%v of user %+d: %v", c.mode, int(c.owner)-os.Geteuid(), got)
		}
	}
	if private(stat{0o440, nil}) {
		t.Error("of nobody knows whom")
	}
}

type stat struct {
	mode fs.FileMode
	sys  any
}

func (stat) Name() string        { return "key" }
func (stat) Size() int64         { return 1 }
func (s stat) Mode() fs.FileMode { return s.mode }
func (stat) ModTime() time.Time  { return time.Time{} }
func (stat) IsDir() bool         { return false }
func (s stat) Sys() any          { return s.sys }
