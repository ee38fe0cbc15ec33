package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"keyward/internal/config"
	"keyward/internal/vault"
	"keyward/models"
)

// importComponent gives a workspace a component of its own and says what changed, or everything that stands against it.
func importComponent(ctx context.Context, c config.ComponentImport, stdin io.Reader, stdout io.Writer, log *slog.Logger) (err error) {
	key := cmp.Or(c.Key, keyFor(c.File))
	if c.Key == "" && key == "component" {
		return errors.New("neither the file nor its folder has a name that can be a component's key: say it with --component-key")
	}
	descriptor, _, err := readDescriptor(c.File, stdin)
	if err != nil {
		return err
	}
	st, err := openExisting(ctx, c.Database, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	v, workspace, err := vaultOf(ctx, st, c.Database, log)
	if err != nil {
		return err
	}
	operator := models.Operator(cmp.Or(c.Workspace, workspace.ID))
	if workspace, err = v.Workspace(ctx, operator); err != nil {
		if _, ok := errors.AsType[*models.NotFoundError](err); ok {
			return fmt.Errorf("--workspace: there is no workspace %q", operator.WorkspaceID)
		}
		return err
	}
	done, err := v.ImportComponent(ctx, operator, vault.NewComponent{Key: key, Descriptor: descriptor, Force: c.Force})
	if err != nil {
		return explain(err, c.File, stdout)
	}
	return tell(done, workspace, stdout)
}

// explain prints every reason for a refusal.
func explain(err error, file string, stdout io.Writer) error {
	if invalid, ok := errors.AsType[*models.DescriptorInvalidError](err); ok {
		for _, p := range invalid.Problems {
			if _, err := fmt.Fprintln(stdout, printable(cmp.Or(p.Pointer, file)+": "+p.Message)); err != nil {
				return err
			}
		}
		return unusable(file, len(invalid.Problems))
	}
	if refused, ok := errors.AsType[*models.ComponentBreakingChangeError](err); ok {
		for _, change := range refused.Changes {
			if _, err := fmt.Fprintln(stdout, printable(change.Message())); err != nil {
				return err
			}
		}
		for _, credential := range refused.Credentials.Items {
			if _, err := fmt.Fprintln(stdout, printable("  "+credential.ID+"  "+credential.Name)); err != nil {
				return err
			}
		}
		return errors.New(printable(refused.Error()))
	}
	if invalid, ok := errors.AsType[*models.ValidationError](err); ok {
		return fmt.Errorf("--component-key: %s", invalid.Issues[0].Message)
	}
	return err
}

func tell(done vault.Imported, workspace models.Workspace, stdout io.Writer) error {
	what := "is there already, and nothing changed"
	switch {
	case done.Created:
		what = "is imported"
	case done.Changed:
		what = "has a new version; credentials keep the one that they were made with until their values change"
	}
	text := fmt.Sprintf("In «%s», %s (%s) %s.\nIts id is %s, its version %s.\n", workspace.Name, done.Component.Title, done.Component.Key, what, done.Component.ID, done.Component.Version)
	for _, w := range done.Component.Warnings {
		text += fmt.Sprintf("Note: %s: %s\n", cmp.Or(w.Pointer, "the descriptor"), w.Message)
	}
	_, err := io.WriteString(stdout, printable(text))
	return err
}
