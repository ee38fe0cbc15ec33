package graph

import (
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestBudget(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	b := newBudget(6_000, func() time.Time { return now })
	if wait := b.spend("a", 6_000); wait != 0 {
		t.Errorf("all at once: wait %s", wait)
	}
	if wait := b.spend("a", 50); wait != 500*time.Millisecond {
		t.Errorf("50 points come back in %s", wait)
	}
	if state := b.state("a", 50); state.Limit != 6_000 || state.Cost != 50 || state.Remaining != 0 || !state.ResetAt.Equal(now.Add(time.Minute)) {
		t.Errorf("%+v", state)
	}
	if wait := b.spend("b", 6_000); wait != 0 {
		t.Errorf("another caller waits %s", wait)
	}
	now = now.Add(500 * time.Millisecond)
	if wait := b.spend("a", 50); wait != 0 {
		t.Errorf("after half a second: wait %s", wait)
	}
	now = now.Add(time.Hour)
	if state := b.state("a", 0); state.Remaining != 6_000 || !state.ResetAt.Equal(now) {
		t.Errorf("full again: %+v", state)
	}
	if wait := b.spend("a", 1_000_000); wait != 0 {
		t.Errorf("more than there can be, of a full budget: wait %s", wait)
	}
	if wait := b.spend("a", 1_000_000); wait != time.Minute {
		t.Errorf("and once more: wait %s", wait)
	}
}

func TestBudget_counts_once_at_the_same_time(t *testing.T) {
	now := time.Now()
	b := newBudget(100, func() time.Time { return now })
	var all sync.WaitGroup
	var mu sync.Mutex
	got := 0
	for range 16 {
		all.Go(func() {
			for range 50 {
				if b.spend("a", 1) == 0 {
					mu.Lock()
					got++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if got != 100 {
		t.Errorf("%d points of 100 were spent", got)
	}
}

// Who wants to be forgotten needs many callers.
func TestBudget_remembers_callers(t *testing.T) {
	now := time.Now()
	b := newBudget(100, func() time.Time { return now })
	b.spend("a", 100)
	for i := range budgetedCallers - 1 {
		b.spend(strconv.Itoa(i), 1)
	}
	if b.spend("a", 1) == 0 {
		t.Error("forgotten, and full again")
	}
	for i := range budgetedCallers {
		b.spend(strconv.Itoa(i), 1)
	}
	if b.callers.Len() != budgetedCallers {
		t.Errorf("%d callers are remembered", b.callers.Len())
	}
}

func TestBudget_off(t *testing.T) {
	b := newBudget(0, time.Now)
	if wait := b.spend("a", 1<<30); wait != 0 {
		t.Errorf("wait %s", wait)
	}
	if state := b.state("a", 7); state.Limit != 0 || state.Cost != 7 || time.Since(state.ResetAt) > time.Minute {
		t.Errorf("%+v", state)
	}
}
