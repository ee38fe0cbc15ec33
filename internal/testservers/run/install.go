package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// find returns the path of one of the kind's programs, or nothing. Of several versions the newest is taken.
func (k kind) find(program string) string {
	for _, folder := range k.folders {
		found, _ := filepath.Glob(filepath.Join(folder, program)) // the patterns are constants, so they are sound
		if len(found) > 0 {
			return slices.Max(found)
		}
	}
	path, _ := exec.LookPath(program)
	return path
}

func (k kind) complete() bool {
	return !slices.ContainsFunc(k.programs, func(program string) bool { return k.find(program) == "" })
}

// install builds what is missing, or gets it from Debian, by the same script that the Makefile uses. Debian's packages may start a
// server of their own on the usual port; ours take free ones, so they don't meet.
func install(ctx context.Context, kinds []kind) error {
	for _, k := range kinds {
		if k.complete() {
			continue
		}
		if k.build != nil {
			if err := k.build(ctx); err != nil {
				return err
			}
			continue
		}
		root, err := moduleRoot()
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, filepath.Join(root, "scripts", "need"), k.programs[len(k.programs)-1], k.pkg) //nolint:gosec // our own script
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil || !k.complete() {
			return fmt.Errorf("%s is missing: install %v so that they are in PATH (Debian: apt-get install %s)", k.title, k.programs, k.pkg)
		}
	}
	return nil
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		dir = filepath.Dir(dir)
	}
	return "", fmt.Errorf("run this inside the checkout: there is no go.mod above the current folder")
}
