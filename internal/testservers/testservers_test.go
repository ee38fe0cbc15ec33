package testservers_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"keyward/internal/testservers"
)

func TestPostgres(t *testing.T) {
	t.Run("gives each call an empty database of its own", func(t *testing.T) {
		a, b := testservers.Postgres(t), testservers.Postgres(t)
		mustExec(t, a, "CREATE TABLE thing (id int)")
		mustExec(t, b, "CREATE TABLE thing (id int)")
	})
	t.Run("drops the database at cleanup although somebody is connected", func(t *testing.T) {
		var gone testservers.Server
		t.Run("user", func(t *testing.T) {
			gone = testservers.Postgres(t)
			connect(t, gone) // and leave it open
		})
		_, err := pgx.Connect(t.Context(), gone.URL())
		if code := postgresCode(err); code != "3D000" {
			t.Fatalf("connecting to a dropped database: got %v, want invalid_catalog_name", err)
		}
	})
	t.Run("asks for the password", func(t *testing.T) {
		s := testservers.Postgres(t)
		s.Password = "wrong"
		_, err := pgx.Connect(t.Context(), s.URL())
		if code := postgresCode(err); code != "28P01" {
			t.Fatalf("wrong password: got %v, want invalid_password", err)
		}
	})
	t.Run("syncs and sorts as in production", func(t *testing.T) {
		conn := connect(t, testservers.Postgres(t))
		var fsync, connections, encryption string
		var byLanguage bool
		err := conn.QueryRow(t.Context(), `SELECT current_setting('fsync'), current_setting('max_connections'),
			current_setting('password_encryption'), 'a' < 'B'`).Scan(&fsync, &connections, &encryption, &byLanguage)
		if err != nil {
			t.Fatal(err)
		}
		if fsync != "on" || connections != "200" || encryption != "scram-sha-256" || !byLanguage {
			t.Errorf("got fsync %s, max_connections %s, %s, sorts by language: %t", fsync, connections, encryption, byLanguage)
		}
	})
}

func TestMariaDB(t *testing.T) {
	t.Run("gives each call an empty database of its own", func(t *testing.T) {
		a, b := openMariaDB(t, testservers.MariaDB(t)), openMariaDB(t, testservers.MariaDB(t))
		for _, db := range []*sql.DB{a, b} {
			if _, err := db.ExecContext(t.Context(), "CREATE TABLE thing (id int)"); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("drops the database at cleanup although somebody is connected", func(t *testing.T) {
		var gone testservers.Server
		t.Run("user", func(t *testing.T) {
			gone = testservers.MariaDB(t)
			openMariaDB(t, gone)
		})
		if number := mariadbNumber(openMariaDB(t, gone).PingContext(t.Context())); number != 1049 {
			t.Fatalf("a dropped database: got error %d, want 1049, unknown database", number)
		}
	})
	t.Run("lets nobody in without the password", func(t *testing.T) {
		s := testservers.MariaDB(t)
		for _, user := range []string{s.User, "root", "mysql", "nobody", ""} {
			for _, password := range []string{"", "wrong"} {
				s.User, s.Password = user, password
				number := mariadbNumber(openMariaDB(t, s).PingContext(t.Context()))
				if number != 1045 && number != 1130 && number != 1698 {
					t.Errorf("user %q, password %q: got error %d, want an access denied", user, password, number)
				}
			}
		}
	})
	t.Run("is no root of the machine", func(t *testing.T) {
		var pidFile string
		if err := openMariaDB(t, testservers.MariaDB(t)).QueryRowContext(t.Context(), "SELECT @@pid_file").Scan(&pidFile); err != nil {
			t.Fatal(err)
		}
		if owner := ownerOf(t, pidFile); owner == 0 {
			t.Error("MariaDB runs as root")
		}
	})
}

func TestURL(t *testing.T) {
	if got := testservers.Postgres(t).URL(); !strings.HasPrefix(got, "postgres://keyward:") || !strings.HasSuffix(got, "?sslmode=disable") {
		t.Error("not a PostgreSQL URL")
	}
	if got := testservers.MariaDB(t).URL(); !strings.HasPrefix(got, "mysql://keyward:") || !strings.Contains(got, "/test_") {
		t.Error("not a MariaDB URL")
	}
}

func TestWithoutServers(t *testing.T) {
	t.Setenv(testservers.PostgresEnv, "")
	t.Setenv(testservers.MariaDBEnv, "not a URL")
	for name, ask := range map[string]func(testing.TB) testservers.Server{"Postgres": testservers.Postgres, "MariaDB": testservers.MariaDB} {
		t.Run(name+" fails with a way out", func(t *testing.T) {
			fake := &failing{TB: t}
			done := make(chan struct{})
			go func() { defer close(done); ask(fake) }()
			<-done
			if !strings.Contains(fake.message, "go run ./internal/testservers/run") {
				t.Errorf("got %q", fake.message)
			}
		})
	}
}

// failing notes what Fatalf said instead of failing.
type failing struct {
	testing.TB
	message string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func BenchmarkPostgres(b *testing.B) {
	for b.Loop() {
		testservers.Postgres(b)
	}
}

func connect(t *testing.T, s testservers.Server) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func mustExec(t *testing.T, s testservers.Server, statement string) {
	t.Helper()
	conn := connect(t, s)
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func openMariaDB(t *testing.T, s testservers.Server) *sql.DB {
	t.Helper()
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.User, cfg.Passwd, cfg.DBName = "tcp", s.Addr(), s.User, s.Password, s.Database
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func postgresCode(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

func mariadbNumber(err error) uint16 {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number
	}
	return 0
}
