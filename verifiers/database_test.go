package verifiers

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"keyward/internal/testservers"
	"keyward/models"
)

func byURI(protocol, uri string) Request {
	dry := &models.DryRequest{Protocol: protocol, Hosts: []string{"{{uri}}"}, Params: map[string]string{"uri": "{{uri}}"}}
	return Request{dry, values("uri", uri)}
}

// A database's login by one URI is the same as by its parts; nothing in the URI's query reaches a driver.
func TestDatabases_by_uri(t *testing.T) {
	postgres, mariadb := testservers.Postgres(t), testservers.MariaDB(t)
	uri := func(scheme string, s testservers.Server, user, password, database, query string) string {
		u := url.URL{Scheme: scheme, User: url.UserPassword(user, password), Host: fmt.Sprintf("%s:%d", s.Host, s.Port), Path: "/" + database, RawQuery: query}
		return u.String()
	}
	for name, tc := range map[string]struct {
		protocol, uri string
		want          Result
	}{
		"postgres":                          {"postgres", uri("postgres", postgres, postgres.User, postgres.Password, postgres.Database, "sslmode=disable"), accepted()},
		"postgresql":                        {"postgres", uri("postgresql", postgres, postgres.User, postgres.Password, postgres.Database, "application_name=x&sslmode=disable"), accepted()},
		"a file in the query is not read":   {"postgres", uri("postgres", postgres, postgres.User, postgres.Password, postgres.Database, "sslmode=disable&sslrootcert=/nope&service=x&passfile=/nope&host=/tmp"), accepted()},
		"a wrong password":                  {"postgres", uri("postgres", postgres, postgres.User, "p@ss/word?", postgres.Database, "sslmode=disable"), rejected(models.ReasonAuthRejected)},
		"a wrong database":                  {"postgres", uri("postgres", postgres, postgres.User, postgres.Password, "nope", "sslmode=disable"), rejected(models.ReasonDatabaseNotFound)},
		"sslmode=prefer is not plain":       {"postgres", uri("postgres", postgres, postgres.User, postgres.Password, postgres.Database, "sslmode=prefer"), unavailable(models.ReasonTLSInvalid)},
		"another scheme":                    {"postgres", uri("mysql", postgres, postgres.User, postgres.Password, postgres.Database, "sslmode=disable"), unavailable(models.ReasonHostNotFound)},
		"two hosts":                         {"postgres", "postgres://u:p@127.0.0.1:1,127.0.0.1:2/d?sslmode=disable", unavailable(models.ReasonHostNotFound)},
		"no host":                           {"postgres", "postgres:///d?host=/var/run/postgresql", unavailable(models.ReasonHostNotFound)},
		"mysql":                             {"mysql", uri("mysql", mariadb, mariadb.User, mariadb.Password, mariadb.Database, "ssl-mode=DISABLED"), accepted()},
		"mariadb":                           {"mysql", uri("mariadb", mariadb, mariadb.User, mariadb.Password, mariadb.Database, "ssl-mode=disabled&allowAllFiles=true"), accepted()},
		"mysql, a wrong password":           {"mysql", uri("mysql", mariadb, mariadb.User, "wrong", mariadb.Database, "ssl-mode=DISABLED"), rejected(models.ReasonAuthRejected)},
		"mysql without a word is not plain": {"mysql", uri("mysql", mariadb, mariadb.User, mariadb.Password, mariadb.Database, ""), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, within(t, Limit, loopback(t), byURI(tc.protocol, tc.uri)), tc.want)
		})
	}
}

// Characters with a meaning in URIs are written escaped, and arrive as they are.
func TestDialect_parse_unescapes(t *testing.T) {
	l, err := postgresDialect.parse("postgres://us%40er:p%2Fw%3A%25@db.example.com/my%20db")
	if err != nil || l.user != "us@er" || l.password != "p/w:%" || l.database != "my db" || l.host != "db.example.com" || l.port != "" || l.plain {
		t.Errorf("%+v, %v", l.user, err)
	}
	if _, err := postgresDialect.parse("postgres://u:geheim%zz@h/d"); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("%v", err)
	}
}
