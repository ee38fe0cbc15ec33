package gatewaytest_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/internal/seal"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
)

// fill saves n Petstore credentials and returns their ids by name. Each has two tags, as opens wants it.
func fill(t *testing.T, c *Client, n int) map[string]string {
	t.Helper()
	var (
		mu    sync.Mutex
		calls sync.WaitGroup
		turns = make(chan struct{}, 8)
		ids   = map[string]string{}
	)
	for i := range n {
		calls.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			name := fmt.Sprintf("no %03d", i)
			response, err := c.Try(CreateCredential, Vars{"input": Vars{
				"componentId": "cmp_petstore", "name": name, "fields": []Vars{{"key": "apiKey", "value": "secret"}}, "tags": []string{"one", "two"},
			}})
			mu.Lock()
			defer mu.Unlock()
			if ids[name] = response.Data.Text("createCredential.credential.id"); ids[name] == "" {
				t.Errorf("not created: %s %v", response.Raw, err)
			}
		})
	}
	calls.Wait()
	return ids
}

// looked is what looking at every row of a database found.
type looked struct {
	rows  int
	keys  map[int64]int // rows per key id
	state map[string]counters
}

type counters struct {
	version, revision int32
	updated           string
}

// look opens both ciphertexts of every credential with the keyset as it is stored, and fails where one does not open,
// holds another secret, or begins with another key id than the row's.
func look(t *testing.T, d Database, db *sql.DB) looked {
	t.Helper()
	keysets := openKeysets(t, d)
	rows, err := db.QueryContext(t.Context(), "SELECT workspace_id, id, component_id, version, secret_revision, key_id, sealed, shown, updated_at FROM credentials")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := looked{keys: map[int64]int{}, state: map[string]counters{}}
	for rows.Next() {
		var c models.Credential
		var updated any
		if err := rows.Scan(&c.WorkspaceID, &c.ID, &c.ComponentID, &c.Version, &c.SecretRevision, &c.KeyID, &c.Sealed, &c.Shown, &updated); err != nil {
			t.Fatal(err)
		}
		found.rows++
		found.keys[c.KeyID]++
		found.state[c.ID] = counters{c.Version, c.SecretRevision, fmt.Sprint(updated)}
		at := seal.Place{Purpose: "credential values", Workspace: c.WorkspaceID, Credential: c.ID, Component: c.ComponentID, Revision: c.SecretRevision}
		values, err := keysets[c.WorkspaceID].OpenValues(at, c.Sealed)
		if err != nil || (values["apiKey"].Reveal() != "secret" && values["token"].Reveal() != "edited") {
			t.Errorf("%s: what is sealed does not open: %v", c.ID, err)
		}
		at.Purpose = "credential as shown"
		if _, err := keysets[c.WorkspaceID].Open(at, c.Shown); err != nil {
			t.Errorf("%s: what is shown does not open: %v", c.ID, err)
		}
		for what, ciphertext := range map[string][]byte{"sealed": c.Sealed, "shown": c.Shown} {
			if ciphertext[0] != 1 || fmt.Sprintf("%08x", c.KeyID) != fmt.Sprintf("%x", ciphertext[1:5]) {
				t.Errorf("%s: %s begins with %x, and the row says key %d", c.ID, what, ciphertext[:5], c.KeyID)
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func openKeysets(t *testing.T, d Database) map[string]*seal.Keyset {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{URL: d.URL, DataDir: d.DataDir, Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	key, err := vault.OpenKey(t.Context(), st, vault.KeyFile(keyFile(d)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := st.KeysetsAfter(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	opened := map[string]*seal.Keyset{}
	for _, row := range rows {
		if opened[row.WorkspaceID], err = key.OpenKeyset(row.WorkspaceID, row.Wrapped); err != nil {
			t.Fatal(err)
		}
	}
	return opened
}

// keysOf are the keys for sealing in each workspace's keyset as it is stored: its ids, the primary one first, with what
// Tink says of their algorithm.
func keysOf(t *testing.T, db *sql.DB, workspace string) (ids []int64, types []string) {
	t.Helper()
	var wrapped []byte
	row := db.QueryRowContext(t.Context(), "SELECT wrapped FROM keysets WHERE workspace_id = '"+workspace+"'")
	if err := row.Scan(&wrapped); err != nil {
		t.Fatal(err)
	}
	var parts struct {
		AEAD struct {
			KeysetInfo struct {
				PrimaryKeyID int64 `json:"primaryKeyId"`
				KeyInfo      []struct {
					TypeURL          string `json:"typeUrl"`
					Status           string `json:"status"`
					KeyID            int64  `json:"keyId"`
					OutputPrefixType string `json:"outputPrefixType"`
				} `json:"keyInfo"`
			} `json:"keysetInfo"`
		} `json:"aead"`
	}
	if err := json.Unmarshal(wrapped, &parts); err != nil {
		t.Fatal(err)
	}
	ids = []int64{parts.AEAD.KeysetInfo.PrimaryKeyID}
	for _, key := range parts.AEAD.KeysetInfo.KeyInfo {
		types = append(types, key.TypeURL+" "+key.Status+" "+key.OutputPrefixType)
		if key.KeyID != ids[0] {
			ids = append(ids, key.KeyID)
		}
	}
	return ids, types
}

func rotate(d Database, more ...string) []string {
	return append(append([]string{"keys", "rotate"}, flags(d)...), more...)
}

var rotated = regexp.MustCompile(`^A rotation( that had been stopped)? is finished: in this run, new keys for (\d+) workspaces, (\d+) credentials sealed with them, (\d+) older keys dropped\.\n$`)

// Killed at any point, a rotation loses nothing, and the next one goes on with the same keys. --batch makes it write
// more often, so that there are more points to be killed at.
func TestRotation_killed(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			const n = 300
			batch := map[string]string{"sqlite": "10", "postgres": "3"}[dialect] // SQLite waits for the disk each time
			d := NewDatabase(t, dialect)
			g := New(t, d)
			c := g.Client(t, models.RoleOwner)
			ids := fill(t, c, n)
			db := d.SQL(t)
			before := look(t, d, db)
			oldKeys, _ := keysOf(t, db, g.Workspace)

			run(t, "version") // so that the time has no building in it
			began := time.Now()
			if stdout, stderr, code := run(t, rotate(d, "--batch", batch)...); code != 0 || !rotated.MatchString(stdout) {
				t.Fatalf("it ended with %d: %q %q", code, stdout, stderr)
			}
			took := time.Since(began)
			var points []int // how many rows were under the newest key when it was killed
			under := map[string]bool{"none": false, "some": false, "all": false}
			for range 20 {
				p := launch(t, nil, rotate(d, "--batch", batch)...)
				time.Sleep(rand.N(took))
				_ = p.cmd.Process.Kill()
				<-p.ended
				keys, _ := keysOf(t, db, g.Workspace)
				found := look(t, d, db)
				if found.rows != n || len(found.keys) > 2 {
					t.Fatalf("%d rows under the keys %v: a rotation that was not finished was begun again", found.rows, found.keys)
				}
				done := found.keys[keys[0]]
				points = append(points, done)
				under["none"] = under["none"] || done == 0
				under["some"] = under["some"] || (done > 0 && done < n)
				under["all"] = under["all"] || done == n
				list := c.Must(t, `{ credentials(first: 100) { nodes { fields { isSet } } } }`, nil)
				if list.Len("credentials.nodes") != 100 || list.At("credentials.nodes.99.fields.0.isSet") != true {
					t.Fatal("a gateway does not show what is there")
				}
			}
			t.Logf("killed within %v, with these under the newest key: %v", took, points)
			if !under["some"] {
				t.Errorf("never killed while it was sealing: %v", points)
			}

			stdout, stderr, code := run(t, rotate(d, "--drop-old")...)
			if code != 0 || !rotated.MatchString(stdout) {
				t.Fatalf("it ended with %d: %q %q", code, stdout, stderr)
			}
			keys, types := keysOf(t, db, g.Workspace)
			if len(keys) != 1 || keys[0] == oldKeys[0] || len(types) != 1 || types[0] != "type.googleapis.com/google.crypto.tink.AesGcmKey ENABLED TINK" {
				t.Errorf("the keys are %v, %v", keys, types)
			}
			after := look(t, d, db)
			if after.rows != n || after.keys[keys[0]] != n {
				t.Errorf("%d rows under the keys %v; the newest is %d", after.rows, after.keys, keys[0])
			}
			for id, now := range after.state {
				was := before.state[id]
				if now.version != was.version || now.updated != was.updated || now.revision <= was.revision {
					t.Errorf("%s was %v and is %v", id, was, now)
				}
			}
			opens(t, c, ids)
		})
	}
}

// While gateways create and edit, a rotation leaves no row under an older key, and nobody is told of it. Then the older
// keys are dropped under their hands as well.
func TestRotation_beside_gateways(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := NewDatabase(t, dialect)
			gateways := []*Gateway{New(t, d), New(t, d)}
			clients := []*Client{gateways[0].Client(t, models.RoleOwner), gateways[1].Client(t, models.RoleOwner)}
			fill(t, clients[0], 60)
			upstream := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			t.Cleanup(upstream.Close)
			db := d.SQL(t)
			var (
				stop    atomic.Bool
				writers sync.WaitGroup
				created [4]atomic.Int64
			)
			for i := range created {
				writers.Go(func() {
					for n := 0; !stop.Load(); n++ {
						edit(t, upstream.URL, fmt.Sprintf("writer %d no %d", i, n), clients[i%2], clients[(i+1)%2])
						created[i].Add(1)
					}
				})
			}
			for round, more := range [][]string{nil, {"--batch", "2"}, {"--drop-old"}, {"--drop-old", "--batch", "1"}} {
				before := created[0].Load() + created[1].Load()
				stdout, stderr, code := run(t, rotate(d, more...)...)
				if code != 0 || !rotated.MatchString(stdout) {
					t.Errorf("it ended with %d: %q %q", code, stdout, stderr)
				}
				keys, _ := keysOf(t, db, gateways[0].Workspace)
				if want := round + 2; (round < 2 && len(keys) != want) || (round >= 2 && len(keys) != 1) {
					t.Errorf("round %d: %d keys", round, len(keys))
				}
				for created[0].Load()+created[1].Load() < before+10 {
					time.Sleep(time.Millisecond)
				}
				if n := Count(t, db, fmt.Sprintf("SELECT count(*) FROM credentials WHERE key_id <> %d", keys[0])); n > 0 {
					t.Errorf("round %d: %d rows under an older key", round, n)
				}
			}
			stop.Store(true)
			writers.Wait()
			keys, _ := keysOf(t, db, gateways[0].Workspace)
			found := look(t, d, db)
			if found.keys[keys[0]] != found.rows {
				t.Errorf("of %d rows %v", found.rows, found.keys)
			}
			t.Logf("%d rows", found.rows)
		})
	}
}

// edit makes a credential, and repeats, edits, renames, tries and shows it, through either gateway; nothing may fail.
func edit(t *testing.T, upstream, name string, c, other *Client) {
	input := bearer(upstream, "first")
	input["name"], input["idempotencyKey"] = name, name
	created, err := c.Try(CreateCredential, Vars{"input": input})
	id := created.Data.Text("createCredential.credential.id")
	if err != nil || id == "" {
		t.Errorf("not created: %s %v", created.Raw, err)
		return
	}
	again, err := (&Client{URL: other.URL, Token: c.Token}).Try(CreateCredential, Vars{"input": input})
	if err != nil || again.Data.Text("createCredential.credential.id") != id {
		t.Errorf("not the same again: %s %v", again.Raw, err)
	}
	for version, change := range []Vars{{"fields": []Vars{{"key": "token", "value": "edited"}}}, {"name": name + " renamed"}} {
		change["id"], change["expectedVersion"] = id, version+1
		edited, err := other.Try(UpdateCredential, Vars{"input": change})
		if err != nil || edited.Data.Text("updateCredential.__typename") != "UpdateCredentialSuccess" || edited.Data.At("updateCredential.credential.fields.1.isSet") != true {
			t.Errorf("not edited: %s %v", edited.Raw, err)
		}
	}
	tried, err := c.Try(VerifyCredential, Vars{"input": Vars{"id": id}})
	if err != nil || tried.Data.Text("verifyCredential.verification.outcome") != "ACCEPTED" {
		t.Errorf("not verified: %s %v", tried.Raw, err)
	}
}
