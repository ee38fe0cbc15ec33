package progress

import (
	"strings"
	"testing"
	"time"
)

func TestLine(t *testing.T) {
	for name, c := range map[string]struct {
		terminal bool
		want     string
	}{
		"rewritten on a terminal": {true, "\r\x1b[Kstep 0\r\x1b[Kstep 3\r\x1b[Kstep 6\r\x1b[Kstep 9\r\x1b[K"},
		"plain lines elsewhere":   {false, "step 0\nstep 10\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			now := time.Now()
			l := New(&out)
			if l.terminal {
				t.Error("it takes a builder for a terminal")
			}
			l.terminal, l.now = c.terminal, func() time.Time { return now }
			for step := range 11 {
				l.Show("step %d", step)
				now = now.Add(100 * time.Millisecond)
			}
			l.Done()
			if out.String() != c.want {
				t.Errorf("it wrote %q", out.String())
			}
		})
	}
}
