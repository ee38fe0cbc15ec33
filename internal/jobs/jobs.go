// Package jobs does what has to be done although nobody waits for it: it renews OAuth tokens ahead of their end, and verifies many saved
// credentials again. Every gateway does, and the lease on each row keeps two from doing the same.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"keyward/internal/vault"
)

const (
	// every is how often to look for tokens that are due; a token is renewed minutes ahead of its end.
	every = 15 * time.Second
	// atOnce is how many are taken in one look.
	atOnce = 200
)

// Run works until ctx ends, and then finishes what it is at.
func Run(ctx context.Context, v *vault.Vault, log *slog.Logger) {
	var verifying sync.WaitGroup
	verifying.Go(func() { v.WorkOff(ctx) })
	defer verifying.Wait()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		for { // until nothing more is due
			n, err := v.Renew(ctx, atOnce)
			if err != nil && ctx.Err() == nil {
				log.WarnContext(ctx, "tokens that are due could not be looked for", "error", err.Error())
			}
			if err != nil || n < atOnce {
				break
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
