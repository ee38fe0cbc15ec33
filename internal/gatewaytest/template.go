package gatewaytest

import (
	"context"
	"os"
	"sync"
	"testing"

	"keyward/internal/store"
	"keyward/internal/testservers"
)

// NewDatabase makes a database of the dialect that has its schema and nothing else, gone with the test. It is a copy: with the race
// detector the migrations take longer than most tests.
func NewDatabase(t testing.TB, dialect string) Database {
	t.Helper()
	d := Database{Dialect: dialect, DataDir: t.TempDir()}
	if dialect == "postgres" {
		migratedPostgres.once.Do(func() {
			migratedPostgres.server = testservers.PostgresTemplate(t)
			if err := migrate(store.Config{URL: migratedPostgres.server.URL()}); err != nil {
				t.Fatal(err)
			}
		})
		d.URL = testservers.PostgresLike(t, migratedPostgres.server).URL()
		return d
	}
	file, err := migratedSQLite()
	if err == nil {
		err = os.WriteFile(d.File(), file, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var migratedPostgres struct {
	once   sync.Once
	server testservers.Server
}

var migratedSQLite = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "keyward-template-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := migrate(store.Config{DataDir: dir}); err != nil {
		return nil, err
	}
	return os.ReadFile(Database{DataDir: dir}.File())
})

// migrate brings the database's schema up to date and leaves it.
func migrate(c store.Config) error {
	s, err := store.Open(context.Background(), c)
	if err != nil {
		return err
	}
	return s.Close()
}
