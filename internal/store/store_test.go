package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm/schema"

	"keyward/internal/testservers"
	"keyward/models"
)

// each runs a test on an empty database of each dialect.
func eachDialect(t *testing.T, run func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, open(t, Config{DataDir: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) { run(t, open(t, Config{URL: testservers.Postgres(t).URL()})) })
}

func open(t *testing.T, c Config) *Store {
	t.Helper()
	s, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

var rows = []any{
	models.Workspace{}, models.KeyCheck{}, models.Keyset{}, models.APIToken{}, models.ComponentRecord{}, models.ComponentVersion{},
	models.Credential{}, models.CredentialTag{}, models.Verification{}, models.Flow{}, models.FlowStep{}, models.IdempotencyKey{},
	models.User{}, models.Membership{}, models.Session{}, models.SessionData{}, models.SignInLink{}, models.Invitation{}, models.WorkspaceCreation{}, models.AuditEvent{},
	models.DryRequestBudget{}, models.Grant{}, models.OAuthClient{}, models.Authorization{}, models.OAuthTicket{},
	models.VerificationJob{}, models.VerificationItem{},
}

// Both schemas hold what the models say: the same tables and columns, what may be null, and the primary keys.
func TestMigrations_make_what_the_models_say(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		tables, err := s.write.Migrator().GetTables()
		if err != nil {
			t.Fatal(err)
		}
		known := []string{"goose_db_version", "sqlite_sequence"}
		for _, row := range rows {
			parsed, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
			if err != nil {
				t.Fatal(err)
			}
			known = append(known, parsed.Table)
			var names []string
			for _, column := range columnsOf(t, s, parsed.Table) {
				names = append(names, column.Name)
				field := parsed.LookUpField(column.Name)
				if field == nil {
					t.Errorf("%s.%s is not in the model", parsed.Table, column.Name)
					continue
				}
				if column.IsPrimary != field.PrimaryKey {
					t.Errorf("%s.%s: primary key %v, in the model %v", parsed.Table, column.Name, column.IsPrimary, field.PrimaryKey)
				}
				if mayBe := field.FieldType.Kind() == reflect.Pointer; column.MayBeNull != mayBe && !field.PrimaryKey {
					t.Errorf("%s.%s: nullable %v, in the model %v", parsed.Table, column.Name, column.MayBeNull, mayBe)
				}
			}
			for _, name := range parsed.DBNames {
				if !slices.Contains(names, name) {
					t.Errorf("%s.%s is not in the database", parsed.Table, name)
				}
			}
		}
		for _, table := range tables {
			if !slices.Contains(known, table) {
				t.Errorf("no model has the table %s", table)
			}
		}
	})
}

type column struct {
	Name                 string
	MayBeNull, IsPrimary bool
}

// columnsOf asks the database itself; gorm's own reading of SQLite's DDL takes checked_at for a CHECK.
func columnsOf(t *testing.T, s *Store, table string) []column {
	t.Helper()
	query := `SELECT name, "notnull" = 0 AS may_be_null, pk > 0 AS is_primary FROM pragma_table_info(?)`
	if s.dialect == "postgres" {
		query = `SELECT c.column_name AS name, c.is_nullable = 'YES' AS may_be_null, k.column_name IS NOT NULL AS is_primary
			FROM information_schema.columns c
			LEFT JOIN information_schema.table_constraints p ON p.table_schema = c.table_schema AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY'
			LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = p.constraint_schema AND k.constraint_name = p.constraint_name AND k.column_name = c.column_name
			WHERE c.table_schema = current_schema() AND c.table_name = ?`
	}
	var columns []column
	if err := s.write.Raw(query, table).Scan(&columns).Error; err != nil || len(columns) == 0 {
		t.Fatalf("%s: %d columns, %v", table, len(columns), err)
	}
	return columns
}

// world fills a database around the rules, by plain SQL: two workspaces, each with two components' credentials and a flow.
func world(t *testing.T, s *Store) *sql.DB {
	t.Helper()
	db := s.pools[0]
	run := func(statement string, args ...any) {
		t.Helper()
		if _, err := db.Exec(numbered(s, statement), args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	now := time.Now().UTC()
	for _, component := range []string{"cmp_a", "cmp_b"} {
		run("INSERT INTO components (id, version) VALUES (?, 'v')", component)
		run("INSERT INTO component_versions (component_id, version, descriptor, icon, created_at) VALUES (?, 'v', ?, ?, ?)", component, []byte("{}"), []byte{}, now)
	}
	for _, w := range []string{"1", "2"} {
		run("INSERT INTO workspaces (id, name, created_at) VALUES (?, 'w', ?)", "ws_"+w, now)
		for _, component := range []string{"a", "b"} {
			run(`INSERT INTO credentials (workspace_id, id, component_id, component_version, method, name, sort_name, status, version, secret_revision, key_id, shown, sealed, created_at, updated_at)
				VALUES (?, ?, ?, 'v', 'm', 'n', 'n', 'VERIFIED', 1, 1, 1, ?, ?, ?, ?)`, "ws_"+w, "cred_"+component+w, "cmp_"+component, []byte{1}, []byte{1}, now, now)
		}
		run("INSERT INTO flows (workspace_id, id, name, sort_name, active, version, created_at, updated_at) VALUES (?, ?, 'f', 'f', ?, 1, ?, ?)", "ws_"+w, "flow_"+w, false, now, now)
		run(stepInsert, "ws_"+w, "flow_"+w, "linked", 0, "cmp_a", "cred_a"+w, true, false)
	}
	return db
}

const stepInsert = "INSERT INTO flow_steps (workspace_id, flow_id, key, position, component_id, credential_id, needs_credential, active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

// numbered writes placeholders as the dialect wants them.
func numbered(s *Store, statement string) string {
	if s.dialect != "postgres" {
		return statement
	}
	for n := 1; strings.Contains(statement, "?"); n++ {
		statement = strings.Replace(statement, "?", fmt.Sprint("$", n), 1)
	}
	return statement
}

// The constraints behind the rules: whoever goes around vault is refused by the database itself.
func TestDatabase_refuses_by_itself(t *testing.T) {
	type statement struct {
		text string
		args []any
	}
	activate := statement{"UPDATE flows SET active = ? WHERE workspace_id = 'ws_1' AND id = 'flow_1'", []any{true}}
	unlink := statement{"UPDATE flow_steps SET credential_id = NULL WHERE workspace_id = 'ws_1' AND key = 'linked'", nil}
	cases := map[string][]statement{ // the last one has to be refused
		"to activate a flow with a step that lacks its credential": {
			{stepInsert, []any{"ws_1", "flow_1", "bare", 1, "cmp_a", nil, true, false}}, activate,
		},
		"to unlink a step of an active flow":           {activate, unlink},
		"to add a bare step to an active flow":         {activate, {stepInsert, []any{"ws_1", "flow_1", "bare", 1, "cmp_a", nil, true, true}}},
		"to delete the credential of an active flow":   {activate, {"DELETE FROM credentials WHERE id = 'cred_a1'", nil}},
		"to delete the credential of an inactive flow": {{"DELETE FROM credentials WHERE id = 'cred_a1'", nil}},
		"to call a step of an active flow inactive":    {activate, {"UPDATE flow_steps SET active = ?, credential_id = NULL WHERE workspace_id = 'ws_1'", []any{false}}},
		"to link across components":                    {{"UPDATE flow_steps SET credential_id = 'cred_b1' WHERE workspace_id = 'ws_1'", nil}},
		"to link across workspaces":                    {{"UPDATE flow_steps SET credential_id = 'cred_a2' WHERE workspace_id = 'ws_1'", nil}},
		"to put a step into another workspace's flow":  {{stepInsert, []any{"ws_1", "flow_2", "x", 1, "cmp_a", "cred_a1", true, false}}},
		"a credential of an unknown descriptor":        {{"UPDATE credentials SET component_version = 'other' WHERE id = 'cred_b1'", nil}},
		"an unknown status":                            {{"UPDATE credentials SET status = 'FINE' WHERE id = 'cred_b1'", nil}},
	}
	eachDialect(t, func(t *testing.T, s *Store) {
		db := world(t, s)
		for name, statements := range cases {
			t.Run(name, func(t *testing.T) {
				tx, err := db.Begin()
				if err != nil {
					t.Fatal(err)
				}
				defer tx.Rollback() //nolint:errcheck // always
				for i, one := range statements {
					_, err := tx.Exec(numbered(s, one.text), one.args...)
					if last := i == len(statements)-1; last && !constraint(err) {
						t.Errorf("%s %v: %v", one.text, one.args, err)
					} else if !last && err != nil {
						t.Fatalf("%s: %v", one.text, err)
					}
				}
			})
		}
		// What is right goes through, and the steps follow their flow.
		for _, active := range []bool{true, false} {
			if _, err := db.Exec(numbered(s, activate.text), active); err != nil {
				t.Fatal(err)
			}
			var follows bool
			if err := db.QueryRow("SELECT active FROM flow_steps WHERE workspace_id = 'ws_1'").Scan(&follows); err != nil || follows != active {
				t.Errorf("the step is active %v, its flow %v (%v)", follows, active, err)
			}
		}
	})
}

func constraint(err error) bool {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(pgErr.Code, "23") // integrity constraint violation
	}
	return err != nil && strings.Contains(err.Error(), "constraint failed")
}

// Four gateways start at once on one new database.
func TestOpen_several_at_once(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]Config{"sqlite": {DataDir: dir}, "postgres": {URL: testservers.Postgres(t).URL()}} {
		t.Run(name, func(t *testing.T) {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					s, err := Open(context.Background(), c)
					if err != nil {
						t.Error(err)
						return
					}
					if err := s.Ping(context.Background()); err != nil {
						t.Error(err)
					}
					_ = s.Close()
				})
			}
			wg.Wait()
		})
	}
}

func TestOpen_says_what_is_wrong_without_the_password(t *testing.T) {
	for name, url := range map[string]string{
		"another scheme":   "mysql://u:geheim@127.0.0.1/x",
		"unreadable":       "postgres://u:geheim@127.0.0.1:x/y",
		"nobody listens":   "postgres://u:geheim@127.0.0.1:1/y",
		"a wrong password": strings.Replace(testservers.Postgres(t).URL(), "@", "geheim@", 1),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(context.Background(), Config{URL: url})
			if err == nil || strings.Contains(err.Error(), "geheim") {
				t.Errorf("%v", err)
			}
		})
	}
}

// On SQLite, a transaction that reads and then writes loses nothing to another.
func TestSave_serializes_read_then_write(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		world(t, s)
		ctx := context.Background()
		var wg sync.WaitGroup
		const n = 40
		for range n {
			wg.Go(func() {
				err := s.Change(ctx, "ws_1", func(tx *Tx) error {
					f, err := tx.Flow(ctx, "ws_1", "flow_1")
					if err != nil {
						return err
					}
					f.Version++
					return tx.UpdateFlow(ctx, &f)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if f, err := s.Flow(ctx, "ws_1", "flow_1"); err != nil || f.Version != n+1 {
			t.Errorf("version %d, %v", f.Version, err)
		}
	})
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"3.51.2", "3.51.3", true}, {"3.51.3", "3.51.3", false}, {"3.100.0", "3.51.3", false}, {"2.99", "3.51.3", true}} {
		if older(c.a, c.b) != c.want {
			t.Errorf("%s older than %s: %v", c.a, c.b, !c.want)
		}
	}
}

// A query's nesting can ask for the children of more parents than one statement takes.
func TestEach_takes_any_number_of_parents(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		world(t, s)
		ctx := context.Background()
		ids := make([]string, 1200)
		for i := range ids {
			ids[i] = fmt.Sprint("cred_", i)
		}
		ids = append(ids, "cred_a1")
		found, err := s.FlowsOfCredentials(ctx, "ws_1", ids, nil, models.PageArgs{First: 1, WithTotal: true})
		if err != nil || len(found["cred_a1"].Items) != 1 || found["cred_a1"].Total != 1 {
			t.Errorf("%v, %v", found["cred_a1"], err)
		}
	})
}

// A start that waits for another's gives up when it is told to stop.
func TestOpen_waits_no_longer_than_it_is_asked_to(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockFolder(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, Config{DataDir: dir}); err == nil || !strings.Contains(err.Error(), "keyward.db.lock") {
		t.Errorf("%v", err)
	}
}

// The data folder's name is a name, whatever characters are in it.
func TestOpen_in_a_folder_of_any_name(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a?b#c%20d e&mode=memory")
	open(t, Config{DataDir: dir})
	if _, err := os.Stat(filepath.Join(dir, "keyward.db")); err != nil {
		t.Error(err)
	}
}
