package store

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestUnprotected(t *testing.T) {
	for url, want := range map[string]bool{
		"postgres://u@db.example.com/k":                           true, // pgx tries without TLS as well
		"postgres://u@db.example.com/k?sslmode=disable":           true,
		"postgres://u@db.example.com/k?sslmode=require":           true, // whoever answers
		"postgres://u@db.example.com/k?sslmode=verify-full":       false,
		"postgres://u@localhost/k?sslmode=disable":                false,
		"postgres://u@127.0.0.1:5433/k":                           false,
		"postgres://u@[::1]/k?sslmode=disable":                    false,
		"postgres:///k?host=/var/run/postgresql":                  false,
		"postgres://u@localhost,db.example.com/k?sslmode=disable": true,
	} {
		config, err := pgx.ParseConfig(url)
		if err != nil {
			t.Fatal(err)
		}
		if got := unprotected(config); got != want {
			t.Errorf("%s: %v", url, got)
		}
	}
}
