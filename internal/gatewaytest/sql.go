package gatewaytest

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

// SQL opens the database behind the gateways' backs: to look at its rows, or to break something. The drivers are those
// that store has registered.
func (d Database) SQL(t testing.TB) *sql.DB {
	t.Helper()
	driver, source := "pgx", d.URL
	if d.Dialect == "sqlite" {
		driver, source = "sqlite", "file:"+d.File()+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// File is where the embedded database is.
func (d Database) File() string { return filepath.Join(d.DataDir, "keyward.db") }

// Count runs a query for one number.
func Count(t testing.TB, db *sql.DB, query string) int {
	t.Helper()
	var n int
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Rows runs a query and returns what it found, as text.
func Rows(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprint(values...))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}
