// Package progress tells a person how far a command is: one line that is rewritten in place on a terminal, plain lines
// elsewhere, and never more than a few a second.
package progress

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
)

// between two lines: a terminal is looked at, a file is kept.
const (
	onTerminal = 250 * time.Millisecond
	elsewhere  = time.Second
)

// Line writes how far a command is. It is for one goroutine.
type Line struct {
	w        io.Writer
	terminal bool
	now      func() time.Time
	next     time.Time
	shown    bool
}

// New writes to w.
func New(w io.Writer) *Line {
	file, ok := w.(*os.File)
	return &Line{w: w, terminal: ok && isatty.IsTerminal(file.Fd()), now: time.Now}
}

// Show writes the text, unless the last one was written a moment ago.
func (l *Line) Show(format string, args ...any) {
	now := l.now()
	if now.Before(l.next) {
		return
	}
	l.shown = true
	if l.terminal {
		l.next = now.Add(onTerminal)
		fmt.Fprintf(l.w, "\r\x1b[K"+format, args...)
		return
	}
	l.next = now.Add(elsewhere)
	fmt.Fprintf(l.w, format+"\n", args...)
}

// Done takes the line off a terminal: what comes next is the result.
func (l *Line) Done() {
	if l.terminal && l.shown {
		fmt.Fprint(l.w, "\r\x1b[K")
	}
}
