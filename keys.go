package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"keyward/internal/config"
	"keyward/internal/progress"
	"keyward/internal/vault"
)

func rotateKeys(ctx context.Context, c config.Rotate, stdout, stderr io.Writer) (err error) {
	st, err := open(ctx, c.Database, newLog("text", stderr))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	key, err := vault.OpenKey(ctx, st, vault.KeyFile(c.KeyFile))
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
