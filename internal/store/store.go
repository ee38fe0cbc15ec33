// Package store keeps Keyward's rows, in SQLite or PostgreSQL, through one GORM code. It is the only package that
// imports gorm. It knows how rows are read and written, not when they may be: the rules are vault's.
//
// Every method that touches a workspace's rows takes the workspace, so whoever forgets it doesn't compile. A list costs
// a constant number of statements however long it is.
package store

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	sqlitedriver "modernc.org/sqlite"
	sqlitecodes "modernc.org/sqlite/lib"
)

// ErrNotFound: there is no such row in that workspace.
var ErrNotFound = errors.New("no such row")

// ErrNoWorkspace: the workspace that was to be changed is not there any more.
var ErrNoWorkspace = fmt.Errorf("%w: the workspace", ErrNotFound)

// ErrNoComponent: the component, or the version of it that a credential was to be saved with, is not there any more.
var ErrNoComponent = fmt.Errorf("%w: the component's version", ErrNotFound)

// ErrExists: a row with that key is there already.
var ErrExists = errors.New("the row exists")

// minSQLite is the first version without the WAL-reset corruption.
const minSQLite = "3.51.3"

// Config says which database to open.
type Config struct {
	// URL is postgres://… for PostgreSQL; empty for the embedded database, a file in DataDir.
	URL     string
	DataDir string
	// Connections bounds the pool; 0 means 16. Idle ones are kept: opening and closing them costs more than a query.
	Connections int
	Log         *slog.Logger
	// Observe is called with the text of every SQL statement; tests count them.
	Observe func(sql string)
}

// Store is an open database. Its embedded Reader reads outside any transaction.
type Store struct {
	Reader
	write   *gorm.DB
	dialect string
	pools   []*sql.DB
	file    string // of the embedded database
	opened  os.FileInfo
}

// Open opens the database and brings its schema up to date.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Connections == 0 {
		c.Connections = 16
	}
	var (
		s   *Store
		err error
	)
	if c.URL == "" {
		unlock, lockErr := lockFolder(ctx, c.DataDir)
		if lockErr != nil {
			return nil, lockErr
		}
		defer unlock()
		s, err = openSQLite(ctx, c)
	} else {
		s, err = openPostgres(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("bring the database's schema up to date: %w", err)
	}
	return s, nil
}

func openPostgres(ctx context.Context, c Config) (*Store, error) {
	if !strings.HasPrefix(c.URL, "postgres://") && !strings.HasPrefix(c.URL, "postgresql://") {
		return nil, errors.New("the database URL must begin with postgres://, or be left out for the embedded database")
	}
	config, err := pgx.ParseConfig(c.URL)
	if err != nil { // its text may hold the password
		return nil, errors.New("the database URL can't be read: write postgres://user:password@host:5432/database?sslmode=verify-full")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	if unprotected(config) && c.Log != nil {
		c.Log.Warn("the connection to PostgreSQL is not protected by verified TLS: say sslmode=verify-full in the database URL", "host", config.Host)
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(bound))
	setPool(pool, c.Connections)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("PostgreSQL at %s:%d does not let us in: %s", config.Host, config.Port, connectReason(err))
	}
	db, err := openGORM(postgres.New(postgres.Config{Conn: pool}), c)
	if err != nil {
		_ = pool.Close()
		return nil, err
	}
	return &Store{Reader: Reader{db: db}, write: db, dialect: "postgres", pools: []*sql.DB{pool}}, nil
}

// unprotected reports whether what is sent to another machine could be read or answered by somebody in between: where
// there is no TLS, where the certificate isn't looked at, and where no TLS is what is tried next.
func unprotected(config *pgx.ConnConfig) bool {
	open := func(host string, c *tls.Config) bool {
		addr, err := netip.ParseAddr(host)
		local := host == "localhost" || strings.HasPrefix(host, "/") || err == nil && addr.IsLoopback()
		return !local && (c == nil || c.InsecureSkipVerify && c.VerifyPeerCertificate == nil)
	}
	return open(config.Host, config.TLSConfig) ||
		slices.ContainsFunc(config.Fallbacks, func(f *pgconn.FallbackConfig) bool { return open(f.Host, f.TLSConfig) })
}

// bound keeps one stuck transaction from holding every connection: those that wait for its lock give up, and so does it.
// Set by a statement, because poolers refuse such parameters at the start of a connection.
func bound(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'")
	return err
}

// connectReason says why a connection failed without repeating the connection string.
func connectReason(err error) string {
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Message
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	if text := err.Error(); strings.Contains(text, "TLS") || strings.Contains(text, "tls: ") || strings.Contains(text, "x509") {
		return "it speaks no TLS, or its certificate can't be verified; see sslmode"
	}
	return "nothing answers there, or not as PostgreSQL does"
}

// lockFolder lets one process at a time open and migrate the embedded database: its switch to WAL fails at once beside
// another's, and goose has no lock for SQLite.
func lockFolder(ctx context.Context, dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	file := flock.New(filepath.Join(dir, sqliteFile+".lock"), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	if _, err := file.TryLockContext(ctx, 50*time.Millisecond); err != nil {
		return nil, fmt.Errorf("another process is opening the database in %s and does not get on (it holds %s): %w", dir, file.Path(), err)
	}
	return func() { _ = file.Unlock() }, nil
}

const (
	sqliteFile  = "keyward.db"
	lockTimeout = time.Minute
)

// openSQLite opens two pools on one file: one connection that writes, so that writers queue here and not in the
// database's busy loop, and several that only read.
func openSQLite(ctx context.Context, c Config) (*Store, error) {
	file := filepath.Join(c.DataDir, sqliteFile)
	const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_time_format=sqlite"
	uri := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()}).String()
	writePool, err := sql.Open("sqlite", uri+pragmas+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	setPool(writePool, 1)
	readPool, err := sql.Open("sqlite", uri+pragmas+"&_pragma=query_only(1)")
	if err != nil {
		_ = writePool.Close()
		return nil, err
	}
	setPool(readPool, c.Connections)
	s := &Store{dialect: "sqlite", pools: []*sql.DB{writePool, readPool}, file: file}
	if err := s.prepareSQLite(ctx, c); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	return s, nil
}

func (s *Store) prepareSQLite(ctx context.Context, c Config) error {
	var version string
	if err := s.pools[0].QueryRowContext(ctx, "select sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if older(version, minSQLite) {
		return fmt.Errorf("SQLite %s is too old: %s or later is needed", version, minSQLite)
	}
	if err := os.Chmod(s.file, 0o600); err != nil {
		return err
	}
	var err error
	if s.opened, err = os.Stat(s.file); err != nil {
		return err
	}
	if s.write, err = openGORM(sqliteDialector{&sqlite.Dialector{Conn: s.pools[0]}}, c); err != nil {
		return err
	}
	s.db, err = openGORM(sqliteDialector{&sqlite.Dialector{Conn: s.pools[1]}}, c)
	return err
}

// older compares dotted versions.
func older(version, than string) bool {
	var a, b [3]int
	_, _ = fmt.Sscanf(version, "%d.%d.%d", &a[0], &a[1], &a[2])
	_, _ = fmt.Sscanf(than, "%d.%d.%d", &b[0], &b[1], &b[2])
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// setPool: database/sql's defaults (two idle, unlimited open) make and drop connections all the time under load.
func setPool(pool *sql.DB, n int) {
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	pool.SetConnMaxIdleTime(5 * time.Minute)
}

func openGORM(d gorm.Dialector, c Config) (*gorm.DB, error) {
	return gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true,
		TranslateError:         true,
		Logger:                 statementLogger{observe: c.Observe, log: c.Log},
		NowFunc:                func() time.Time { return time.Now().UTC() },
		// pgx keeps prepared statements by itself; SQLite's driver parses each one anew.
		PrepareStmt: d.Name() == "sqlite", PrepareStmtMaxSize: 512,
	})
}

// sqliteDialector is gorm's SQLite dialect over the pure-Go driver, whose errors it doesn't know.
type sqliteDialector struct{ *sqlite.Dialector }

// Translate maps the pure-Go driver's errors to gorm's.
func (sqliteDialector) Translate(err error) error {
	driverErr, ok := errors.AsType[*sqlitedriver.Error](err)
	if !ok {
		return err
	}
	switch driverErr.Code() {
	case sqlitecodes.SQLITE_CONSTRAINT_UNIQUE, sqlitecodes.SQLITE_CONSTRAINT_PRIMARYKEY:
		return gorm.ErrDuplicatedKey
	case sqlitecodes.SQLITE_CONSTRAINT_FOREIGNKEY:
		return gorm.ErrForeignKeyViolated
	case sqlitecodes.SQLITE_CONSTRAINT_CHECK:
		return gorm.ErrCheckConstraintViolated
	}
	return err
}

// Exists reports whether the folder holds an embedded database.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, sqliteFile))
	return err == nil
}

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.dialect }

// Close closes the database.
func (s *Store) Close() error {
	var errs []error
	for _, pool := range s.pools {
		errs = append(errs, pool.Close())
	}
	return errors.Join(errs...)
}

// inPlace refuses to go on when the embedded database's file was moved or replaced: SQLite would write on into a file
// without a name, and what was confirmed would be gone with the process.
func (s *Store) inPlace() error {
	if s.file == "" {
		return nil
	}
	now, err := os.Stat(s.file)
	if err == nil && !os.SameFile(now, s.opened) {
		err = errors.New("another file is in its place")
	}
	if err != nil {
		return fmt.Errorf("the database file was taken away: %w", err)
	}
	return nil
}

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.inPlace(); err != nil {
		return err
	}
	for _, pool := range s.pools {
		var one int
		if err := pool.QueryRowContext(ctx, "select 1").Scan(&one); err != nil {
			return err
		}
	}
	return nil
}

// statementLogger is silent about what a statement carries: it hands its text, without values, to whoever observes.
type statementLogger struct {
	observe func(string)
	log     *slog.Logger
}

func (l statementLogger) LogMode(logger.LogLevel) logger.Interface { return l }
func (statementLogger) Info(context.Context, string, ...any)       {}
func (statementLogger) Warn(context.Context, string, ...any)       {}
func (statementLogger) Error(context.Context, string, ...any)      {}

// ParamsFilter keeps values out of what Trace sees.
func (statementLogger) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Trace reports slow statements; errors are the caller's to report.
func (l statementLogger) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), _ error) {
	if l.observe != nil {
		text, _ := statement()
		l.observe(text)
	}
	if took := time.Since(begin); took > time.Second && l.log != nil {
		text, rows := statement()
		l.log.WarnContext(ctx, "slow statement", "sql", text, "rows", rows, "ms", took.Milliseconds())
	}
}
