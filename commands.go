package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"keyward/internal/auth"
	"keyward/internal/config"
	"keyward/internal/egress"
	"keyward/internal/progress"
	"keyward/internal/store"
	"keyward/internal/vault"
	"keyward/models"
	"keyward/verifiers"
)

// openExisting opens a database that is there: a command that works on what is kept must not make an empty one, in a folder
// that was meant to be another, and report success.
func openExisting(ctx context.Context, c config.Database, log *slog.Logger) (*store.Store, error) {
	if c.DatabaseURL == "" && !store.Exists(c.DataDir) {
		return nil, fmt.Errorf("there is no database in %s: say where it is with --data-dir (KEYWARD_DATA_DIR) or --database-url (KEYWARD_DATABASE_URL)", c.DataDir)
	}
	return open(ctx, c, log)
}

// asOperator runs a command of the operator's on the oldest workspace.
func asOperator(ctx context.Context, c config.Database, baseURL string, log *slog.Logger, do func(*auth.Authenticator, models.Caller) error) (err error) {
	st, err := open(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	_, workspace, err := vaultOf(ctx, st, c, log)
	if err != nil {
		return err
	}
	return do(auth.New(auth.Config{Store: st, Log: log, BaseURL: baseURL}), models.Operator(workspace.ID))
}

// vaultOf opens a vault for a command, which asks nobody on the network, and finds the oldest workspace.
func vaultOf(ctx context.Context, st *store.Store, c config.Database, log *slog.Logger) (*vault.Vault, models.Workspace, error) {
	v, err := openVault(ctx, vault.Config{Store: st, Verifiers: verifiers.New(egress.New(nil), nil, log), Override: os.LookupEnv, Log: log}, c)
	if err != nil {
		return nil, models.Workspace{}, err
	}
	workspace, err := v.EnsureWorkspace(ctx)
	return v, workspace, err
}

func createToken(ctx context.Context, c config.TokenCreate, stdout io.Writer, log *slog.Logger) error {
	return asOperator(ctx, c.Database, "", log, func(callers *auth.Authenticator, operator models.Caller) error {
		token, _, err := callers.CreateToken(ctx, operator, auth.NewToken{Name: c.TokenName, Role: c.Role, Scopes: c.Scopes, ExpiresAt: c.ExpiresAt(time.Now())})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, token)
		return err
	})
}

func signInLink(ctx context.Context, c config.SignInLink, stdout io.Writer, log *slog.Logger) error {
	return asOperator(ctx, c.Database, c.BaseURL, log, func(callers *auth.Authenticator, operator models.Caller) error {
		link, err := callers.CreateSignInLink(ctx, operator, c.User)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, link)
		return err
	})
}

func exportAudit(ctx context.Context, c config.AuditExport, stdout io.Writer, log *slog.Logger) (err error) {
	st, err := openExisting(ctx, c.Database, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	out := bufio.NewWriter(stdout)
	lines := json.NewEncoder(out)
	err = st.EachAuditEvent(ctx, c.Workspace, models.AuditFilter{Since: c.Since, Until: c.Until}, func(e models.AuditEvent) error { return lines.Encode(e) })
	return errors.Join(err, out.Flush())
}

func rotateKeys(ctx context.Context, c config.Rotate, stdout, stderr io.Writer) (err error) {
	st, err := openExisting(ctx, c.Database, newLog("text", stderr))
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
	st, err := openExisting(ctx, c.Database, newLog("text", stderr))
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
