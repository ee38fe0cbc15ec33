package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"keyward/models"
)

func spend(t *testing.T, s *Store, spending Spending, at time.Time) {
	t.Helper()
	ctx := context.Background()
	if err := s.Save(ctx, func(tx *Tx) error { return tx.Spend(ctx, spending, at) }); err != nil {
		t.Error(err)
	}
}

func wantSpent(t *testing.T, s *Store, spending Spending, at time.Time, workspace, host float64) {
	t.Helper()
	inWorkspace, atHost, err := s.Spent(context.Background(), spending, at)
	if err != nil || max(inWorkspace-workspace, workspace-inWorkspace, atHost-host, host-atHost) > 1e-6 {
		t.Errorf("spent %v and %v, want %v and %v; %v", inWorkspace, atHost, workspace, host, err)
	}
}

// What is spent is counted once each, however many do it at once, and comes back at each budget's own pace, never twice.
func TestSpend(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		world(t, s)
		now := time.Now()
		one := Spending{"ws_1", "a.example.com", models.Budget{Burst: 100, PerMinute: 6}, models.Budget{Burst: 100, PerMinute: 60}}
		other := one
		other.Host = "b.example.com"
		wantSpent(t, s, one, now, 0, 0)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { spend(t, s, one, now) })
			all.Go(func() { spend(t, s, other, now) })
		}
		all.Wait()
		wantSpent(t, s, one, now, 40, 20)
		wantSpent(t, s, other, now.Add(10*time.Second), 30, 19)
		spend(t, s, one, now.Add(10*time.Second))
		wantSpent(t, s, one, now.Add(10*time.Second), 31, 20)
		spend(t, s, one, now) // by a clock that is behind
		wantSpent(t, s, one, now.Add(10*time.Second), 32, 21)
		wantSpent(t, s, one, now.Add(time.Hour), 0, 0)

		elsewhere := one
		elsewhere.WorkspaceID = "ws_2"
		wantSpent(t, s, elsewhere, now, 0, 0)
		nowhere := one
		nowhere.Host = ""
		spend(t, s, nowhere, now.Add(10*time.Second))
		wantSpent(t, s, one, now.Add(10*time.Second), 33, 21)

		// A changed pace counts at once, for what was spent before as well.
		faster := one
		faster.OfHost.PerMinute = 600
		wantSpent(t, s, faster, now.Add(11*time.Second), 32, 11)
	})
}

// Who asks ever more hosts doesn't fill the table: what has come back is dropped, of this workspace only. What a limit
// is off for is not kept at all.
func TestSpend_drops_what_has_come_back(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		db := world(t, s)
		now := time.Now()
		spending := Spending{"ws_1", "", models.Budget{Burst: 10, PerMinute: 60}, models.Budget{Burst: 10, PerMinute: 60}}
		count := func(want int) {
			t.Helper()
			var n int
			if err := db.QueryRow("SELECT count(*) FROM dry_request_budgets").Scan(&n); err != nil || n != want {
				t.Errorf("%d rows, want %d; %v", n, want, err)
			}
		}
		others := spending
		others.WorkspaceID, others.Host = "ws_2", "host"
		spend(t, s, others, now.Add(-time.Hour))
		count(2)
		for i := range 200 {
			spending.Host = fmt.Sprintf("host%d", i)
			spend(t, s, spending, now.Add(time.Duration(i)*100*time.Millisecond))
		}
		count(2 + 1 + 10) // one each is spent, for a second
		if _, err := db.Exec("DELETE FROM dry_request_budgets WHERE workspace_id = 'ws_1'"); err != nil {
			t.Fatal(err)
		}
		spending.OfWorkspace = models.Budget{}
		spend(t, s, spending, now)
		count(2 + 1)
		spending.OfWorkspace, spending.OfHost = spending.OfHost, models.Budget{}
		spend(t, s, spending, now.Add(-time.Hour))
		count(2 + 2)
		// They go with their workspace.
		if _, err := db.Exec("DELETE FROM flow_steps; DELETE FROM flows; DELETE FROM credentials; DELETE FROM workspaces"); err != nil {
			t.Fatal(err)
		}
		count(0)
	})
}
