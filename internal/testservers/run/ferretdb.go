package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"

	"keyward/internal/testservers"
)

// FerretDB speaks MongoDB's protocol, and checks SCRAM, in front of SQLite. Debian has no MongoDB, and MongoDB's own
// packages are not free software; 1.24 is FerretDB's last version that needs no PostgreSQL of a special kind.
const (
	ferretModule  = "github.com/FerretDB/FerretDB"
	ferretVersion = "v1.24.2"
	ferretSum     = "h1:trrUU0LbmusMbyubhPS1IELncvrIwKrsRT2LW1UUWCw=" // as in a go.sum
)

var ferretdb = kind{
	key: "ferretdb", title: "FerretDB", env: testservers.MongoDBEnv, build: buildFerretDB,
	programs: []string{"ferretdb"},
	folders:  []string{ferretFolder()},
	quit:     syscall.SIGKILL,
	prepare: func(at place) error {
		// Who runs it may not be let into the folder where it was built.
		return errors.Join(copyFor(at.find("ferretdb"), filepath.Join(at.dir, "ferretdb"), at.dir),
			folderFor(filepath.Join(at.dir, "data"), at.dir), folderFor(filepath.Join(at.dir, "state"), at.dir))
	},
	serve: func(at place) []string {
		return []string{
			filepath.Join(at.dir, "ferretdb"), "--listen-addr=127.0.0.1:" + strconv.Itoa(at.port), "--debug-addr=-",
			"--handler=sqlite", "--sqlite-url=file:" + filepath.Join(at.dir, "data") + "/", "--state-dir=" + filepath.Join(at.dir, "state"),
			"--telemetry=disable", "--test-enable-new-auth", // SCRAM
			"--setup-database=admin", "--setup-username=" + adminUser, "--setup-password=" + at.password,
		}
	},
	url: func(at place) string {
		return fmt.Sprintf("mongodb://%s:%s@127.0.0.1:%d/admin", adminUser, at.password, at.port)
	},
	ping: func(ctx context.Context, text string) error { // it listens once it knows its user
		u, err := url.Parse(text)
		if err != nil {
			return err
		}
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", u.Host)
		if err != nil {
			return err
		}
		return conn.Close()
	},
}

// ferretFolder is where the program is kept: building it takes a minute or two, once.
func ferretFolder() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "keyward-testservers", "ferretdb-"+ferretVersion)
}

// buildFerretDB gets the sources as a Go module and builds them in a copy: they want a file with their version, which
// is made when they are released and isn't in the module.
func buildFerretDB(ctx context.Context) error {
	say("Building FerretDB %s, once …", ferretVersion)
	download := exec.CommandContext(ctx, "go", "mod", "download", "-json", ferretModule+"@"+ferretVersion)
	var stderr bytes.Buffer
	download.Stderr = &stderr
	answer, err := download.Output()
	var module struct{ Dir, Sum, Error string }
	if json.Unmarshal(answer, &module) != nil || err != nil || module.Error != "" {
		return fmt.Errorf("the sources of FerretDB %s can't be had: %w %s%s", ferretVersion, err, module.Error, &stderr)
	}
	if module.Sum != ferretSum {
		return fmt.Errorf("the sources of FerretDB %s are others than they were: %s, not %s", ferretVersion, module.Sum, ferretSum)
	}
	dir, err := os.MkdirTemp("", "ferretdb-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	source := filepath.Join(dir, "source")
	if err := os.CopyFS(source, os.DirFS(module.Dir)); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(source, "build", "version", "version.txt"), []byte(ferretVersion+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.MkdirAll(ferretFolder(), 0o750); err != nil {
		return err
	}
	fresh := filepath.Join(ferretFolder(), "fresh-"+strconv.Itoa(os.Getpid()))
	build := exec.CommandContext(ctx, "go", "build", "-o", fresh, "./cmd/ferretdb") //nolint:gosec // our own command line
	build.Dir = source
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("FerretDB %s can't be built: %w\n%s", ferretVersion, err, output)
	}
	return os.Rename(fresh, filepath.Join(ferretFolder(), "ferretdb"))
}

// folderFor makes a folder that only the owner of dir may enter.
func folderFor(path, dir string) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return giveTo(path, dir)
}

// copyFor copies a program for the owner of dir.
func copyFor(from, to, dir string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700) //nolint:gosec // a program has to be executable
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close(), giveTo(to, dir))
}
