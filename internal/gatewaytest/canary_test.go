package gatewaytest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// Each secret has this in it, and then a word that says where it was typed in.
const canary = "CanaryQ7xZpSecret"

// control is no secret: it has to be found wherever a canary is looked for, or the looking is no good.
const control = "ControlVisibleWord"

// sightings are what text holds of a word: as it is, in base64 at any offset, in hex, both cases folded.
func sightings(text []byte, word string) []string {
	forms := map[string]string{"plain": word, "hex": hex.EncodeToString([]byte(word))}
	for offset := range 3 {
		// What surrounds the word changes the first and the last characters of its base64 only.
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", offset) + word))
		forms[fmt.Sprintf("base64+%d", offset)] = encoded[4*min(offset, 1) : len(encoded)-4]
	}
	text = bytes.ToLower(text)
	var seen []string
	for name, form := range forms {
		parts := bytes.Split(text, []byte(strings.ToLower(form)))
		for i, before := range parts[:len(parts)-1] {
			after := parts[i+1]
			seen = append(seen, fmt.Sprintf("%s: …%s[here]%s…", name, before[max(0, len(before)-60):], after[:min(len(after), 60)]))
		}
	}
	return seen
}

// scan fails the test where a canary is, and where the control word isn't.
func scan(t *testing.T, where string, text []byte, wantControl bool) {
	t.Helper()
	for _, seen := range sightings(text, canary) {
		t.Errorf("%s holds a secret as %s", where, seen)
	}
	if wantControl && len(sightings(text, control)) == 0 {
		t.Errorf("%s does not hold the word that it has to: nothing can be said of it", where)
	}
}

// Typed in wherever something can be typed in, right or wrong, a secret is found in no answer, header, log or database.
func TestCanary(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := NewDatabase(t, dialect)
			d.JSONLog = dialect == "sqlite"
			first := New(t, d)
			d.JSONLog = !d.JSONLog
			second := New(t, d)
			token := first.Client(t, models.RoleOwner).Token
			var heard Buffer
			for _, g := range []*Gateway{first, second} {
				(&planter{t: t, url: g.URL, token: token, upstream: hostile(t), heard: &heard}).plant()
			}
			scan(t, "what was answered", []byte(heard.String()), true)
			for _, g := range []*Gateway{first, second} {
				scan(t, "the metrics", readMetrics(t, g.URL), false)
			}
			scan(t, "the log as text", []byte(first.Log.String()), false)
			scan(t, "the log as JSON", []byte(second.Log.String()), false)
			for _, g := range []*Gateway{first, second} {
				if n := strings.Count(g.Log.String(), "\n"); n < 50 {
					t.Errorf("the log has %d lines only", n)
				}
			}
			scan(t, "the database", everyByte(t, d), true)
		})
	}
}

// What lets somebody in is a secret too: links, invitations, session cookies and API tokens are in no log and, but for their
// hashes, in no database.
func TestCallers_leave_no_token_behind(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			g := New(t, NewDatabase(t, dialect))
			link, err := g.Auth.CreateSignInLink(t.Context(), models.Operator(g.Workspace), "")
			if err != nil {
				t.Fatal(err)
			}
			owner := g.Stranger(t)
			_, _, response := owner.Post(t, "/sign-in", Vars{"token": TokenOf(link)})
			invited := owner.Must(t, CreateInvitation, Vars{"input": Vars{"role": "VIEWER"}}).Text("createInvitation.link")
			_, _, joined := g.Stranger(t).Post(t, "/invitation", Vars{"token": TokenOf(invited), "accept": true, "name": control})
			made := owner.Must(t, CreateAPIToken, Vars{"input": Vars{"name": control, "role": "OWNER"}}).Text("createApiToken.token")
			(&Client{URL: g.URL, Token: made}).Must(t, `{ viewer { id } }`, nil)
			stored := everyByte(t, g.Database)
			for name, word := range map[string]string{
				"the link": TokenOf(link), "the session's cookie": response.Cookies()[0].Value, "the invitation": TokenOf(invited),
				"the cookie of who joined": joined.Cookies()[0].Value, "the API token": made,
			} {
				if len(word) < 40 {
					t.Errorf("%s has %d characters", name, len(word))
				}
				if n := len(sightings([]byte(g.Log.String()), word)); n > 0 {
					t.Errorf("%s is in the log", name)
				}
				if n := len(sightings(stored, word)); n > 0 {
					t.Errorf("%s is in the database", name)
				}
			}
			if len(sightings(stored, control)) == 0 {
				t.Error("what has to be in the database isn't: nothing can be said of it")
			}
		})
	}
}

// The same of the program's own streams, up to the dump that it leaves when it is killed in a way that asks for one.
func TestCanary_in_a_crash(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGABRT, syscall.SIGQUIT} {
		for _, format := range []string{"text", "json"} {
			t.Run(signal.String()+"/"+format, func(t *testing.T) {
				t.Parallel()
				d := NewDatabase(t, "sqlite")
				token := newToken(t, d)
				p := launchServe(t, []string{"GOTRACEBACK=all"}, flags(d, "--egress-allow", "127.0.0.0/8", "--log-format", format)...)
				p.ready(t)
				var heard Buffer
				waiting := &planter{t: t, url: p.url, token: token, upstream: hostile(t), heard: &heard}
				waiting.plant()
				scan(t, "the metrics", readMetrics(t, p.url), false)
				asked := make(chan struct{})
				never := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					close(asked)
					<-r.Context().Done()
				}))
				t.Cleanup(never.Close)
				go func() { // so that secrets are on a stack at the moment of the crash
					_, _ = (&Client{URL: p.url, Token: token}).Try(CreateCredential, Vars{"input": bearer(never.URL, canary+"OnTheStack")})
				}()
				<-asked
				p.signal(t, signal)
				if code := p.code(t); code != 2 || !strings.Contains(p.stderr.String(), "goroutine ") {
					t.Errorf("no dump; it ended with %d", code)
				}
				scan(t, "what was answered", []byte(heard.String()), true)
				scan(t, "standard error", []byte(p.stderr.String()), false)
				scan(t, "standard output", []byte(p.stdout.String()), false)
				scan(t, "the database", everyByte(t, d), true)
			})
		}
	}
}

// everyByte is all that the database holds: of SQLite the files as they are while it is open, of PostgreSQL every row of
// every table, with its bytes in hex.
func everyByte(t *testing.T, d Database) []byte {
	t.Helper()
	var all bytes.Buffer
	if d.Dialect == "sqlite" {
		files, err := filepath.Glob(filepath.Join(d.DataDir, "*"))
		if err != nil || len(files) < 3 {
			t.Fatalf("only %d files: %v", len(files), err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(content)
		}
		return all.Bytes()
	}
	db := d.SQL(t)
	column := func(query string) (values []string) {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var value string
			if err := rows.Scan(&value); err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return values
	}
	tables := column(`SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'`)
	if len(tables) < 12 {
		t.Fatalf("only the tables %v", tables)
	}
	for _, table := range tables {
		for _, row := range column("SELECT row_to_json(t)::text FROM " + table + " t") {
			all.WriteString(row + "\n")
		}
	}
	return all.Bytes()
}
