package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"keyward/internal/config"
	"keyward/internal/egress"
	"keyward/internal/kms"
	"keyward/internal/progress"
	"keyward/internal/store"
	"keyward/internal/vault"
)

// openKey opens the key-encryption key that the settings name.
func openKey(ctx context.Context, st *store.Store, c config.Database) (*vault.Key, error) {
	if c.Key == "" {
		return vault.OpenKey(ctx, st, vault.KeyFile(c.KeyFile))
	}
	source, err := keyAt(c.Key, c.KeyTokenFile, "--key (KEYWARD_KEY)")
	if err != nil {
		return nil, err
	}
	return vault.OpenKey(ctx, st, source)
}

func keyAt(uri, tokenFile, setting string) (vault.KeySource, error) {
	source := vault.KeySource{URI: uri, Setting: setting}
	if file, ok := strings.CutPrefix(uri, "file:"); ok {
		if source.File = strings.TrimPrefix(file, "//"); source.File == "" {
			return source, fmt.Errorf("%s: write file: and the file's path", setting)
		}
		return source, nil
	}
	var err error
	source.Kept, err = kms.Open(kms.Config{URI: uri, Guard: egress.Operator(), Getenv: os.Getenv, TokenFile: tokenFile})
	if err != nil {
		return source, fmt.Errorf("%s: %w", setting, err)
	}
	return source, nil
}

func rotateKeys(ctx context.Context, c config.Rotate, stdout, stderr io.Writer) (err error) {
	st, err := open(ctx, c.Database, newLog("text", stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	key, err := openKey(ctx, st, c.Database)
	if err != nil {
		return err
	}
	line := progress.New(stderr)
	done, err := vault.Rotation{
		Store: st, Key: key, DropOld: c.DropOld, Batch: c.Batch,
		Progress: func(under, all int64) { line.Show("%d of %d credentials are under new keys", under, all) },
	}.Run(ctx)
	line.Done()
	if err != nil {
		return err
	}
	began := "A rotation is finished"
	if done.Resumed {
		began = "A rotation that had been stopped is finished"
	}
	_, err = fmt.Fprintf(stdout, "%s: in this run, new keys for %d workspaces, %d credentials sealed with them, %d older keys dropped.\n",
		began, done.Workspaces, done.Credentials, done.Dropped)
	return err
}

func rewrapKeys(ctx context.Context, c config.Rewrap, stdout, stderr io.Writer) (err error) {
	st, err := open(ctx, c.Database, newLog("text", stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	key, err := openKey(ctx, st, c.Database)
	if err != nil {
		return err
	}
	next, err := keyAt(c.NewKey, c.KeyTokenFile, "--new-key (KEYWARD_NEW_KEY)")
	if err != nil {
		return err
	}
	n, err := vault.Rewrap(ctx, st, key, next)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "The keys of %d workspaces are wrapped with the new key. Start every gateway again with --key %s (KEYWARD_KEY), or it will fail on workspaces whose keys it has not opened yet; keep the former key for as long as you keep backups from before.\n", n, c.NewKey)
	return err
}
