package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/go-sql-driver/mysql" // registers the driver for MariaDB
	"github.com/jackc/pgx/v5"

	"keyward/internal/testservers"
)

// postgres sorts by language, as most production databases do: what relies on byte order has to say so.
// fsync stays on, so that what a test sees survive a crash would survive one.
var postgres = kind{
	key: "postgres", title: "PostgreSQL", env: testservers.PostgresEnv, pkg: "postgresql",
	programs: []string{"postgres", "initdb"},
	folders:  []string{"/usr/lib/postgresql/*/bin"},
	users:    []string{"postgres"},
	quit:     syscall.SIGQUIT, // the immediate shutdown, which takes its children and shared memory along
	initdb: func(at place) ([]string, error) {
		pwfile := filepath.Join(at.dir, "password")
		if err := writeFor(pwfile, at.password, at.dir); err != nil {
			return nil, err
		}
		return []string{
			at.find("initdb"), "--pgdata=" + filepath.Join(at.dir, "data"), "--username=" + adminUser, "--pwfile=" + pwfile,
			"--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
			"--locale-provider=icu", "--icu-locale=en-US", "--no-sync",
		}, nil
	},
	prepare: func(at place) error {
		return writeFor(filepath.Join(at.dir, "hba.conf"), `
host all `+testservers.Trusted+` 127.0.0.1/32 trust
host all `+testservers.Barred+` 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
`, at.dir)
	},
	serve: func(at place) []string {
		return []string{
			at.find("postgres"), "-D", filepath.Join(at.dir, "data"), "-c", "hba_file=" + filepath.Join(at.dir, "hba.conf"), "-c", "listen_addresses=127.0.0.1",
			"-c", "port=" + strconv.Itoa(at.port), "-c", "unix_socket_directories=" + at.dir, "-c", "max_connections=200",
		}
	},
	url: func(at place) string {
		return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/postgres?sslmode=disable", adminUser, at.password, at.port)
	},
	ping: func(ctx context.Context, url string) error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	},
}

var mariadb = kind{
	key: "mariadb", title: "MariaDB", env: testservers.MariaDBEnv, pkg: "mariadb-server",
	programs: []string{"mariadbd", "mariadb-install-db"},
	folders:  []string{"/usr/sbin"},
	users:    []string{"mysql"},
	quit:     syscall.SIGKILL,
	initdb: func(at place) ([]string, error) {
		account := fmt.Sprintf("CREATE USER '%s'@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%s'@'%%' WITH GRANT OPTION;\n",
			adminUser, at.password, adminUser)
		if err := writeFor(filepath.Join(at.dir, "account.sql"), account, at.dir); err != nil {
			return nil, err
		}
		return append([]string{at.find("mariadb-install-db"), "--no-defaults", "--auth-root-authentication-method=socket",
			"--skip-test-db", "--skip-name-resolve"}, mariadbFiles(at)...), nil
	},
	serve: func(at place) []string {
		return append([]string{at.find("mariadbd"), "--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve",
			"--port=" + strconv.Itoa(at.port), "--socket=" + filepath.Join(at.dir, "socket"),
			"--pid-file=" + filepath.Join(at.dir, "pid"), "--init-file=" + filepath.Join(at.dir, "account.sql")}, mariadbFiles(at)...)
	},
	url: func(at place) string {
		return fmt.Sprintf("mysql://%s:%s@127.0.0.1:%d/", adminUser, at.password, at.port)
	},
	ping: func(ctx context.Context, url string) error {
		account, rest, _ := strings.Cut(strings.TrimPrefix(url, "mysql://"), "@")
		db, err := sql.Open("mysql", account+"@tcp("+strings.TrimSuffix(rest, "/")+")/")
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }()
		return db.PingContext(ctx)
	},
}

// redis has a default user with a password, and a user of its own who may do everything.
var redis = kind{
	key: "redis", title: "Redis", env: testservers.RedisEnv, pkg: "redis-server",
	programs: []string{"redis-server"},
	users:    []string{"redis"},
	quit:     syscall.SIGKILL,
	prepare: func(at place) error {
		config := fmt.Sprintf("bind 127.0.0.1\nport %d\ndir %s\nsave \"\"\nrequirepass %s\nuser %s on >%s ~* &* +@all\n",
			at.port, at.dir, at.password, adminUser, at.password)
		return writeFor(filepath.Join(at.dir, "redis.conf"), config, at.dir)
	},
	serve: func(at place) []string {
		return []string{at.find("redis-server"), filepath.Join(at.dir, "redis.conf")}
	},
	url: func(at place) string {
		return fmt.Sprintf("redis://%s:%s@127.0.0.1:%d/0", adminUser, at.password, at.port)
	},
	ping: func(ctx context.Context, text string) error {
		u, err := url.Parse(text)
		if err != nil {
			return err
		}
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return err
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		password, _ := u.User.Password()
		if _, err := fmt.Fprintf(conn, "AUTH %s %s\r\n", u.User.Username(), password); err != nil {
			return err
		}
		answer := make([]byte, 5)
		if _, err := io.ReadFull(conn, answer); err != nil || string(answer) != "+OK\r\n" {
			return errors.Join(err, fmt.Errorf("it answered %q", answer))
		}
		return nil
	},
}

// clickhouse is Debian's 18.16: it answers over HTTP as today's do, with other codes for a wrong log-in.
var clickhouse = kind{
	key: "clickhouse", title: "ClickHouse", env: testservers.ClickHouseEnv, pkg: "clickhouse-server",
	programs: []string{"clickhouse-server"},
	folders:  []string{"/usr/sbin"},
	users:    []string{"clickhouse"},
	quit:     syscall.SIGKILL,
	prepare: func(at place) error {
		config := fmt.Sprintf(`<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <listen_host>127.0.0.1</listen_host><http_port>%d</http_port>
  <path>%[2]s/data/</path><tmp_path>%[2]s/tmp/</tmp_path><user_files_path>%[2]s/files/</user_files_path>
  <users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>5242880</mark_cache_size>
</yandex>`, at.port, at.dir)
		users := fmt.Sprintf(`<yandex>
  <profiles><default/></profiles><quotas><default/></quotas>
  <users>
    <%[1]s><password>%[2]s</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></%[1]s>
    <confined><password>%[2]s</password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
      <allow_databases><database>elsewhere</database></allow_databases></confined>
    <distant><password>%[2]s</password><networks><ip>192.0.2.1</ip></networks><profile>default</profile><quota>default</quota></distant>
  </users>
</yandex>`, adminUser, at.password)
		return errors.Join(writeFor(filepath.Join(at.dir, "config.xml"), config, at.dir), writeFor(filepath.Join(at.dir, "users.xml"), users, at.dir))
	},
	serve: func(at place) []string {
		return []string{at.find("clickhouse-server"), "--config-file=" + filepath.Join(at.dir, "config.xml")}
	},
	url: func(at place) string {
		return fmt.Sprintf("http://%s:%s@127.0.0.1:%d/default", adminUser, at.password, at.port)
	},
	ping: func(ctx context.Context, url string) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url[:strings.LastIndex(url, "/")]+"/?query=SELECT+1", nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("it answered %s", resp.Status)
		}
		return nil
	},
}

// mariadbFiles keeps the files small: tests write little, and every run makes them anew.
func mariadbFiles(at place) []string {
	return []string{"--datadir=" + filepath.Join(at.dir, "data"), "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M"}
}

// writeFor writes a file that only the owner of dir can read.
func writeFor(path, text, dir string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return giveTo(path, dir)
}

// giveTo gives a file to the owner of dir.
func giveTo(path, dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	return os.Chown(path, int(owner.Uid), int(owner.Gid))
}
