package vault

import (
	"context"
	"fmt"
	"sync"
	"time"

	"keyward/internal/metrics"
	"keyward/internal/store"
	"keyward/models"
)

// budget keeps Keyward from being anybody's port scanner or password guesser: a workspace may have so many failed dry
// requests to one host, on whatever port, and so many in all, and then no more than come back with time. Those that the
// service accepted cost nothing, so work that goes well is never slowed down.
//
// What failed is counted in the database, where all gateways see it. Those under way in this gateway count as failed
// until they end, so that many at once don't get past it; several gateways may together be over by what the others have
// under way. A host is what it is called: many names of one address are many hosts, and only the workspace's budget
// bounds those.
type budget struct {
	store               *store.Store
	ofHost, ofWorkspace models.Budget
	metrics             *metrics.Metrics
	now                 func() time.Time
	mu                  sync.Mutex
	underWay            map[bucket]int
}

// bucket is a workspace's budget for one host; with none, the one for all of them.
type bucket struct{ workspace, host string }

func newBudget(c Config) *budget {
	return &budget{
		store: c.Store, ofHost: c.HostBudget, ofWorkspace: c.WorkspaceBudget, metrics: c.Metrics, now: c.Now, underWay: map[bucket]int{},
	}
}

// chargeTimeout bounds the wait for the database after a dry request, whose caller may have gone.
const chargeTimeout = 10 * time.Second

// begin lets one dry request to host go ahead, which is empty where none will be dialled; end has to be called with
// whether it failed. RateLimitedError.
func (b *budget) begin(ctx context.Context, workspace, host string) (end func(ctx context.Context, failed bool) error, err error) {
	if !b.ofWorkspace.Limits() && (host == "" || !b.ofHost.Limits()) {
		return func(context.Context, bool) error { return nil }, nil
	}
	spending := store.Spending{WorkspaceID: workspace, Host: host, OfHost: b.ofHost, OfWorkspace: b.ofWorkspace}
	// Counted before reading, and charged before it is no longer counted: at every moment each failure is in one of both.
	aheadInWorkspace, aheadAtHost := b.enter(workspace, host)
	inWorkspace, atHost, err := b.store.Spent(ctx, spending, b.now())
	if err == nil {
		err = b.refusal(host, inWorkspace+aheadInWorkspace, atHost+aheadAtHost)
	}
	if err != nil {
		b.leave(workspace, host)
		return nil, err
	}
	return func(ctx context.Context, failed bool) error {
		defer b.leave(workspace, host)
		if !failed {
			return nil
		}
		// Whoever hangs up pays all the same.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), chargeTimeout)
		defer cancel()
		if err := b.store.Save(ctx, func(tx *store.Tx) error { return tx.Spend(ctx, spending, b.now()) }); err != nil {
			return fmt.Errorf("charge a failed dry request: %w", err)
		}
		return nil
	}, nil
}

// refusal is a RateLimitedError unless one more may fail: of the two budgets, for the one that takes longer to come back.
func (b *budget) refusal(host string, inWorkspace, atHost float64) error {
	wait, limit := b.ofWorkspace.Wait(inWorkspace+1), metrics.LimitWorkspace
	limited := fmt.Sprintf("Too many dry requests of this workspace have failed: %d at once and %d more each minute are the most.",
		b.ofWorkspace.Burst, b.ofWorkspace.PerMinute)
	if atHostWait := b.ofHost.Wait(atHost + 1); host != "" && atHostWait > wait {
		wait, limit = atHostWait, metrics.LimitHost
		limited = fmt.Sprintf("Too many dry requests of this workspace to this host have failed: %d at once and %d more each minute are the most.",
			b.ofHost.Burst, b.ofHost.PerMinute)
	}
	if wait <= 0 {
		return nil
	}
	b.metrics.RateLimited(limit)
	return &models.RateLimitedError{Limited: limited, RetryAfter: wait}
}

// enter counts one more under way, and tells how many were already: in the workspace, and to the host.
func (b *budget) enter(workspace, host string) (inWorkspace, atHost float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	inWorkspace, atHost = float64(b.underWay[bucket{workspace, ""}]), float64(b.underWay[bucket{workspace, host}])
	b.count(workspace, host, 1)
	return inWorkspace, atHost
}

func (b *budget) leave(workspace, host string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count(workspace, host, -1)
}

func (b *budget) count(workspace, host string, more int) {
	buckets := []bucket{{workspace, ""}}
	if host != "" {
		buckets = append(buckets, bucket{workspace, host})
	}
	for _, p := range buckets {
		if b.underWay[p] += more; b.underWay[p] == 0 {
			delete(b.underWay, p)
		}
	}
}
