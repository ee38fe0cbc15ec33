package egress

import (
	"io"
	"net"
	"testing"
	"time"
)

func TestAskingConn(t *testing.T) {
	here, there := net.Pipe()
	conn := &askingConn{Conn: here, asked: make(chan struct{})}
	go func() { _, _ = there.Write([]byte("unasked")) }()
	heard := make(chan string)
	go func() {
		text := make([]byte, 7)
		_, _ = io.ReadFull(conn, text)
		heard <- string(text)
	}()
	select {
	case text := <-heard:
		t.Errorf("heard %q before anything was asked", text)
	case <-time.After(50 * time.Millisecond):
	}
	go func() { _, _ = conn.Write([]byte("?")) }()
	_, _ = there.Read(make([]byte, 1))
	if text := <-heard; text != "unasked" {
		t.Errorf("heard %q", text)
	}
	silent, _ := net.Pipe()
	closed := &askingConn{Conn: silent, asked: make(chan struct{})}
	go func() { _ = closed.Close() }()
	if _, err := closed.Read(make([]byte, 1)); err == nil {
		t.Error("a closed connection keeps its reader waiting")
	}
}
