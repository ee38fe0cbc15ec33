package seal_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"keyward/internal/seal"
)

func TestOpenKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	made, err := seal.CreateKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := seal.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check, err := made.Check()
	if err != nil {
		t.Fatal(err)
	}
	if err := opened.VerifyCheck(check); err != nil {
		t.Errorf("the opened key is another: %v", err)
	}
}

func TestOpenKeyFile_refuses(t *testing.T) {
	whole := keyText(t)
	for name, c := range map[string]struct {
		content string
		mode    fs.FileMode
		wayOut  string
	}{
		"an empty file":          {"", 0o600, "put its copy back"},
		"half a file":            {whole[:len(whole)/2], 0o600, "put its copy back"},
		"all but the last byte":  {whole[:len(whole)-1], 0o600, "put its copy back"},
		"something else":         {`{"canary": "s3cret"}`, 0o600, "put its copy back"},
		"a keyset without keys":  {`{"primaryKeyId": 1, "key": []}`, 0o600, "put its copy back"},
		"a key for another use":  {strings.ReplaceAll(whole, "AesGcmKey", "HmacKey"), 0o600, "put its copy back"},
		"readable by the group":  {whole, 0o640, "chmod 600"},
		"readable by others":     {whole, 0o604, "chmod 600"},
		"writable by the group":  {whole, 0o620, "chmod 600"},
		"far too long a file":    {strings.Repeat(" ", 1<<20) + whole, 0o600, "put its copy back"},
		"a key that is disabled": {strings.ReplaceAll(whole, "ENABLED", "DISABLED"), 0o600, "put its copy back"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			key, err := seal.OpenKeyFile(path)
			if err == nil || key != nil {
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), c.wayOut) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %q, want the path, %q, and nothing of the content", err, c.wayOut)
			}
		})
	}
	t.Run("a missing file", func(t *testing.T) {
		_, err := seal.OpenKeyFile(filepath.Join(t.TempDir(), "key"))
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		_, err := seal.OpenKeyFile(t.TempDir())
		if err == nil || !strings.Contains(err.Error(), "is a folder") {
			t.Errorf("got %v", err)
		}
	})
}

func TestCreateKeyFile(t *testing.T) {
	t.Run("for the owner only", func(t *testing.T) {
		dir := t.TempDir()
		if _, err := seal.CreateKeyFile(filepath.Join(dir, "key")); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Fatalf("besides the key: %v %v", entries, err)
		}
		info, err := entries[0].Info()
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	})
	t.Run("never over a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.CreateKeyFile(path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("got %v", err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
			t.Errorf("the file changed: %v", err)
		}
	})
	t.Run("not where there is no folder", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "missing", "key")
		if _, err := seal.CreateKeyFile(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("once, however many try", func(t *testing.T) {
		for range 10 {
			assertOneWinner(t, filepath.Join(t.TempDir(), "key"))
		}
	})
}

// assertOneWinner has many create the file while others open it: one makes it, and whoever sees it sees all of it.
func assertOneWinner(t *testing.T, path string) {
	t.Helper()
	const many = 16
	made := make([]*seal.KEK, many)
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			var err error
			if made[i], err = seal.CreateKeyFile(path); err != nil && !errors.Is(err, fs.ErrExist) {
				t.Errorf("create: %v", err)
			}
		})
		wg.Go(func() {
			for {
				_, err := seal.OpenKeyFile(path)
				if err == nil {
					return
				}
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("open: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	stored, err := seal.OpenKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check, err := stored.Check()
	if err != nil {
		t.Fatal(err)
	}
	winners := 0
	for _, key := range made {
		if key == nil {
			continue
		}
		winners++
		if err := key.VerifyCheck(check); err != nil {
			t.Errorf("the winner's key is not the one stored: %v", err)
		}
	}
	if winners != 1 {
		t.Errorf("%d winners, want 1", winners)
	}
}

func keyText(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if _, err := seal.CreateKeyFile(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
