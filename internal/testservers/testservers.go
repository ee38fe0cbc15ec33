// Package testservers gives tests real databases: each call of Postgres or MariaDB makes a fresh, empty one and drops
// it when the test ends. The servers themselves belong to internal/testservers/run, which says where they are in the
// environment. A test without servers fails; it is never skipped.
package testservers

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	_ "github.com/go-sql-driver/mysql" // registers the driver for MariaDB
	"github.com/jackc/pgx/v5"
)

// These name the variables that hold an administrator's URL, as internal/testservers/run sets them.
const (
	PostgresEnv   = "KEYWARD_TEST_POSTGRES_URL"
	MariaDBEnv    = "KEYWARD_TEST_MARIADB_URL"
	RedisEnv      = "KEYWARD_TEST_REDIS_URL"
	MongoDBEnv    = "KEYWARD_TEST_MONGODB_URL"
	ClickHouseEnv = "KEYWARD_TEST_CLICKHOUSE_URL"
	RabbitMQEnv   = "KEYWARD_TEST_RABBITMQ_URL"
)

// What the PostgreSQL does with these roles, which a test has to make: one needs no password, the other may not come from here.
const (
	Trusted = "keyward_trusted"
	Barred  = "keyward_barred"
)

// Server is a database on a test server. User may do everything on it, and make other users.
type Server struct {
	Host     string
	Port     int
	User     string
	Password string
	Database string

	scheme string
}

// Addr is host:port.
func (s Server) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// URL is postgres://user:password@host:port/database?sslmode=disable, or for MariaDB mysql://user:password@host:port/database.
func (s Server) URL() string {
	u := url.URL{Scheme: s.scheme, User: url.UserPassword(s.User, s.Password), Host: s.Addr(), Path: "/" + s.Database}
	if s.scheme == "postgres" {
		u.RawQuery = "sslmode=disable"
	}
	return u.String()
}

// Postgres makes an empty PostgreSQL database that lives as long as the test. Connections still open then are cut.
func Postgres(t testing.TB) Server {
	t.Helper()
	fresh := PostgresTemplate(t)
	dropLater(t, fresh)
	return fresh
}

// PostgresTemplate is Postgres for databases that PostgresLike copies: it stays as long as the server.
func PostgresTemplate(t testing.TB) Server {
	t.Helper()
	admin := serverFromEnv(t, PostgresEnv)
	fresh := admin
	fresh.Database = uniqueName()
	execPostgres(t, admin, "CREATE DATABASE "+fresh.Database)
	return fresh
}

// PostgresLike is Postgres with what is in the template, to which nobody may be connected.
func PostgresLike(t testing.TB, template Server) Server {
	t.Helper()
	fresh := template
	fresh.Database = uniqueName()
	execPostgres(t, serverFromEnv(t, PostgresEnv), "CREATE DATABASE "+fresh.Database+" TEMPLATE "+template.Database)
	dropLater(t, fresh)
	return fresh
}

func dropLater(t testing.TB, fresh Server) {
	t.Helper()
	admin := serverFromEnv(t, PostgresEnv)
	t.Cleanup(func() { execPostgres(t, admin, "DROP DATABASE IF EXISTS "+fresh.Database+" WITH (FORCE)") })
}

// MariaDB makes an empty MariaDB database that lives as long as the test.
func MariaDB(t testing.TB) Server {
	t.Helper()
	admin := serverFromEnv(t, MariaDBEnv)
	fresh := admin
	fresh.Database = uniqueName()
	execMariaDB(t, admin, "CREATE DATABASE "+fresh.Database)
	t.Cleanup(func() { execMariaDB(t, admin, "DROP DATABASE IF EXISTS "+fresh.Database) })
	return fresh
}

// Redis is the Redis of all tests, whose users a test has to remove again. The default user has User's password.
func Redis(t testing.TB) Server {
	t.Helper()
	return serverFromEnv(t, RedisEnv)
}

// ClickHouse is the ClickHouse of all tests, at its HTTP interface. Its user confined may not open Database, and its
// user distant may not come from here; both have User's password.
func ClickHouse(t testing.TB) Server {
	t.Helper()
	return serverFromEnv(t, ClickHouseEnv)
}

// RabbitMQ is the RabbitMQ of all tests. It has the virtual hosts / and orders/eu; its user stranger, with User's
// password, may open neither.
func RabbitMQ(t testing.TB) Server {
	t.Helper()
	return serverFromEnv(t, RabbitMQEnv)
}

// MongoDB is the FerretDB of all tests, which speaks MongoDB's protocol. It knows User in Database only.
func MongoDB(t testing.TB) Server {
	t.Helper()
	return serverFromEnv(t, MongoDBEnv)
}

func serverFromEnv(t testing.TB, name string) Server {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		t.Fatalf("%s is not set: start the test servers: make test, or go run ./internal/testservers/run -- go test ./…", name)
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatalf("%s is not a URL: unset it, and let go run ./internal/testservers/run set it", name)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatalf("%s has no port: unset it, and let go run ./internal/testservers/run set it", name)
	}
	password, _ := u.User.Password()
	return Server{
		Host: u.Hostname(), Port: port, User: u.User.Username(), Password: password,
		Database: strings.TrimPrefix(u.Path, "/"), scheme: u.Scheme,
	}
}

// uniqueName is lower case, so that it needs no quotes, and 130 random bits, so that tests never meet.
func uniqueName() string { return "test_" + strings.ToLower(rand.Text()) }

func execPostgres(t testing.TB, admin Server, statement string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // a cleanup runs when the test's own context is over
	conn, err := pgx.Connect(ctx, admin.URL())
	if err != nil {
		t.Fatalf("connecting to the PostgreSQL for tests: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func execMariaDB(t testing.TB, admin Server, statement string) {
	t.Helper()
	db, err := sql.Open("mysql", admin.User+":"+admin.Password+"@tcp("+admin.Addr()+")/")
	if err != nil {
		t.Fatalf("opening the MariaDB for tests: %v", err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
