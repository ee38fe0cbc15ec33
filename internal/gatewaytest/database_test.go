package gatewaytest_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// proxy stands between a gateway and its PostgreSQL. It can be cut, or fall silent, and be put together again.
type proxy struct {
	target string
	ln     net.Listener

	mute sync.RWMutex // held by who wants silence

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{target: target, ln: ln, conns: map[net.Conn]bool{}}
	go p.accept()
	t.Cleanup(func() {
		_ = ln.Close()
		p.set(true)
	})
	return p
}

func (p *proxy) accept() {
	for {
		client, err := p.ln.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil || !p.keep(client, server) {
			_ = client.Close()
			continue
		}
		for _, ways := range [][2]net.Conn{{client, server}, {server, client}} {
			go p.carry(ways[0], ways[1])
		}
	}
}

func (p *proxy) carry(to, from net.Conn) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		p.mute.RLock()
		_, err = to.Write(buffer[:n])
		p.mute.RUnlock()
		if err != nil {
			return
		}
	}
}

// keep reports whether the connections may stay.
func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range conns {
		if p.cut {
			_ = conn.Close()
			continue
		}
		p.conns[conn] = true
	}
	return !p.cut
}

// set cuts every connection there is and will be, or lets new ones through again.
func (p *proxy) set(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	for conn := range p.conns {
		_ = conn.Close()
		delete(p.conns, conn)
	}
}

func behindProxy(t *testing.T, d Database) (Database, *proxy) {
	t.Helper()
	u, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, u.Host)
	u.Host = p.ln.Addr().String()
	d.URL = u.String()
	return d, p
}

// The database gone: whoever asks is told so and nothing more, readiness says no, and when it is back everything goes on
// without a restart.
func TestDatabase_gone(t *testing.T) {
	t.Parallel()
	d := NewDatabase(t, "postgres")
	direct, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	d, p := behindProxy(t, d)
	password, _ := direct.User.Password()
	hidden := []string{password, strings.TrimPrefix(direct.Path, "/"), p.ln.Addr().String()}
	g := New(t, d)
	c := g.Client(t, models.RoleOwner)
	id := c.Petstore(t, "before")
	for range 3 {
		p.set(true)
		for _, try := range everything(id) {
			refused(t, g, c, try, hidden)
		}
		if s := status(g.URL + "/readyz"); s != http.StatusServiceUnavailable {
			t.Errorf("/readyz says %d without a database", s)
		}
		if s := status(g.URL + "/healthz"); s != http.StatusOK {
			t.Errorf("/healthz says %d", s)
		}
		p.set(false)
		works(t, g, c)
	}
	// Cut in the middle of many calls: each of them works or says that it doesn't, and none is half done.
	var calls sync.WaitGroup
	for i := range 100 {
		calls.Go(func() {
			answer, err := c.Try(CreateCredential, Vars{"input": Vars{
				"componentId": "cmp_petstore", "name": fmt.Sprintf("during %d", i), "fields": []Vars{{"key": "apiKey", "value": "secret"}},
			}})
			if err != nil || (answer.Code() != "INTERNAL" && answer.Data.Text("createCredential.__typename") != "CreateCredentialSuccess") {
				t.Errorf("%d %s %v", answer.Status, answer.Raw, err)
			}
		})
		if i == 50 {
			p.set(true)
			p.set(false)
		}
	}
	calls.Wait()
	works(t, g, c)
	if n := Count(t, d.SQL(t), `SELECT count(*) FROM credentials c WHERE NOT EXISTS (SELECT 1 FROM verifications v WHERE v.credential_id = c.id)`); n != 0 {
		t.Errorf("%d credentials are half done", n)
	}
	nothingIn(t, "the log", g.Log.String(), []string{password, "Petstore-Pa55word"})
}

// A database that takes what is sent and says nothing: readiness says no in time, and when it finds its voice again
// whoever still waits is answered.
func TestDatabase_silent(t *testing.T) {
	t.Parallel()
	d, p := behindProxy(t, NewDatabase(t, "postgres"))
	g := New(t, d)
	c := g.Client(t, models.RoleOwner)
	p.mute.Lock()
	var calls sync.WaitGroup
	for range 20 { // the gateway has 8 connections
		calls.Go(func() {
			answer, err := c.Try(`{ credentials { totalCount } }`, nil)
			if err != nil || answer.Data.At("credentials.totalCount") != 0.0 {
				t.Errorf("%d %s %v", answer.Status, answer.Raw, err)
			}
		})
	}
	start := time.Now()
	if s := status(g.URL + "/readyz"); s != http.StatusServiceUnavailable || time.Since(start) > 5*time.Second {
		t.Errorf("/readyz says %d after %s", s, time.Since(start))
	}
	p.mute.Unlock()
	calls.Wait()
	works(t, g, c)
}

// The embedded database's folder taken away: nothing is confirmed that would be gone with the process. When the folder is
// back, so is the gateway.
func TestDatabase_moved(t *testing.T) {
	t.Parallel()
	d := NewDatabase(t, "sqlite")
	g := New(t, d)
	c := g.Client(t, models.RoleOwner)
	id := c.Petstore(t, "before")
	for what, replace := range map[string]func() error{
		"nothing":      func() error { return nil },
		"another file": func() error { return os.MkdirAll(d.File(), 0o700) },
	} {
		if err := os.Rename(d.DataDir, d.DataDir+".away"); err != nil {
			t.Fatal(err)
		}
		if err := replace(); err != nil {
			t.Fatal(err)
		}
		for _, try := range everything(id) {
			if strings.HasPrefix(try.operation, "mutation") && !strings.Contains(fmt.Sprint(try.vars), "Pa55word") { // that one is refused before it is saved
				refused(t, g, c, try, []string{d.DataDir})
			}
		}
		if s := status(g.URL + "/readyz"); s != http.StatusServiceUnavailable {
			t.Errorf("with %s in its place /readyz says %d", what, s)
		}
		if err := os.RemoveAll(d.DataDir); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(d.DataDir+".away", d.DataDir); err != nil {
			t.Fatal(err)
		}
		works(t, g, c)
	}
}

// A statement that fails for another reason is told no differently, on both databases.
func TestDatabase_broken(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		id := c.Petstore(t, "before")
		db := g.SQL(t)
		for _, table := range []string{"credentials", "verifications", "flow_steps", "api_tokens"} {
			execute(t, db, "ALTER TABLE "+table+" RENAME TO "+table+"_elsewhere")
			var failed int
			for _, try := range everything(id) {
				if answer := c.Do(t, try.operation, try.vars); len(answer.Errors) > 0 {
					failed++
					refused(t, g, c, try, []string{g.DataDir})
				}
			}
			if failed < 2 {
				t.Errorf("without %s only %d calls fail", table, failed)
			}
			execute(t, db, "ALTER TABLE "+table+"_elsewhere RENAME TO "+table)
			works(t, g, c)
		}
	})
}

// everything reads, writes and verifies.
func everything(id string) []call {
	return []call{
		{`{ viewer { name } credentials { totalCount nodes { name flows { totalCount } verifications { outcome } } } }`, nil},
		{`query($id: ID!) { node(id: $id) { id ... on Credential { lastVerification { outcome } flows { totalCount } } } }`, Vars{"id": id}},
		{`{ flows { nodes { steps { key } } } components(filter: {connected: true}) { totalCount } }`, nil},
		{CreateCredential, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}}},
		{UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "fields": []Vars{{"key": "apiKey", "value": "Petstore-Pa55word"}}}}},
		{VerifyCredential, Vars{"input": Vars{"id": id}}},
		{CreateFlow, Vars{"input": Vars{"name": "F", "steps": steps(id)}}},
	}
}

// refused sends what can't work and looks at how that is said: INTERNAL, a request id that the log has too, and nothing of
// how or where things are kept.
func refused(t *testing.T, g *Gateway, c *Client, try call, hidden []string) {
	t.Helper()
	answer := c.Do(t, try.operation, try.vars)
	if len(answer.Errors) == 0 {
		t.Fatalf("it works: %s", answer.Raw)
	}
	said := answer.Raw
	for _, e := range answer.Errors {
		id, _ := e.Extensions["requestId"].(string)
		if e.Extensions["code"] != "INTERNAL" || id == "" || !strings.Contains(e.Message, id) || !strings.Contains(g.Log.String(), id) {
			t.Errorf("%d %s", answer.Status, answer.Raw)
		}
		said = strings.ReplaceAll(said, id, "") // it is random, and may spell any word
	}
	nothingIn(t, "an answer", said, append([]string{
		"127.0.0.1", "SQL", "SELECT", "select", "relation", "no such table", "pq:", "pgx", "pgconn", "dial", "connect", "refused",
		"sqlite", "postgres", "EOF", "_elsewhere", "workspace_id", "panic", ".go",
	}, hidden...))
}

func nothingIn(t *testing.T, where, text string, words []string) {
	t.Helper()
	for _, word := range words {
		if word != "" && strings.Contains(text, word) {
			t.Errorf("%s says %q: %s", where, word, text)
		}
	}
}

// works sees the gateway at work again.
func works(t *testing.T, g *Gateway, c *Client) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for status(g.URL+"/readyz") != http.StatusOK {
		if time.Now().After(deadline) {
			t.Fatal("it doesn't get ready again")
		}
		time.Sleep(20 * time.Millisecond)
	}
	// Connections that broke unseen may each cost one call.
	for c.Do(t, `{ credentials { totalCount } }`, nil).Code() != "" {
		if time.Now().After(deadline) {
			t.Fatal("it is ready, and doesn't work")
		}
	}
	c.Activate(t, c.Flow(t, "after", c.Petstore(t, "after")))
}

func execute(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// lockEnv makes this test's program a process that holds the lock on the database file it names until its input ends.
const lockEnv = "KEYWARD_TEST_HOLD_LOCK"

func holdLock(file string) {
	db, err := sql.Open("sqlite", "file:"+file+"?_txlock=exclusive")
	if err != nil {
		panic(err)
	}
	tx, err := db.Begin()
	if err != nil {
		panic(err)
	}
	fmt.Println("locked")
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = tx.Rollback()
}

// While another process writes to the embedded database's file, readers go on, and writers wait and then are done.
func TestDatabase_locked(t *testing.T) {
	t.Parallel()
	d := NewDatabase(t, "sqlite")
	c := New(t, d).Client(t, models.RoleOwner)
	id := c.Petstore(t, "before")
	other := exec.CommandContext(t.Context(), os.Args[0])
	other.Env = append(os.Environ(), lockEnv+"="+d.File())
	input, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "locked\n" {
		t.Fatalf("%s %v", line, err)
	}
	const held = 3 * time.Second // far more than a reader needs on a busy machine
	var writers sync.WaitGroup
	start := time.Now()
	for i, write := range []call{
		{CreateCredential, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}}},
		{VerifyCredential, Vars{"input": Vars{"id": id}}},
		{CreateFlow, Vars{"input": Vars{"name": "F", "steps": steps(id)}}},
	} {
		writers.Go(func() {
			got := outcome(c.Try(write.operation, write.vars))
			if took := time.Since(start); !strings.HasSuffix(got, "Success") || took < held {
				t.Errorf("writer %d, after %s: %s", i, took, got)
			}
		})
	}
	for time.Since(start) < held/2 {
		begun := time.Now()
		if n := c.Must(t, `{ credentials { totalCount } }`, nil).Int("credentials.totalCount"); n != 1 || time.Since(begun) > held/2 {
			t.Errorf("a reader waits %s for %d rows", time.Since(begun), n)
		}
	}
	time.Sleep(held - time.Since(start))
	_ = input.Close()
	writers.Wait()
	if err := other.Wait(); err != nil {
		t.Error(err)
	}
}
