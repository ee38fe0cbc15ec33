package vault

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"keyward/models"
)

// verifying is what this gateway knows of the jobs that it works off.
type verifying struct {
	woken chan struct{} // there may be something to do
	mu    sync.Mutex
	hosts map[string]*host
	// crowded are the components of which an item, of any workspace, is on its way to its host: taking more of them would keep others from
	// being asked, and leave many to finish when somebody ends the job.
	crowded map[string]int
	// slots are how many each workspace has.
	slots map[string]int
	// waits are a workspace's components that wait for its budget, or for something to be put right.
	waits map[[2]string]time.Time
}

// host is who is at one.
type host struct {
	free  chan struct{}
	users int
}

func newVerifying() *verifying {
	return &verifying{woken: make(chan struct{}, 1), hosts: map[string]*host{}, crowded: map[string]int{}, slots: map[string]int{}, waits: map[[2]string]time.Time{}}
}

func (s *verifying) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// crowds are the components that no item shall be taken of for the moment.
func (s *verifying) crowds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.crowded))
}

// waiting are the workspace's components that no item shall be taken of for longer.
func (s *verifying) waiting(workspace string, now time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for of, until := range s.waits {
		switch {
		case !until.After(now):
			delete(s.waits, of)
		case of[0] == workspace:
			list = append(list, of[1])
		}
	}
	return list
}

func (s *verifying) wait(item *models.VerificationItem, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits[[2]string{item.WorkspaceID, item.ComponentID}] = until
}

// full reports whether a workspace has as many slots as one may have.
func (s *verifying) full(workspace string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.slots[workspace] >= perWorkspaceAtOnce
}

// taken says that an item has a slot and is on its way to its host; arrived, that it is there, or needn't go; left, that the slot is free.
func (s *verifying) taken(item *models.VerificationItem) (arrived, left func()) {
	less := func(counts map[string]int, of string) func() {
		counts[of]++
		return sync.OnceFunc(func() {
			defer s.wake()
			s.mu.Lock()
			defer s.mu.Unlock()
			if counts[of]--; counts[of] == 0 {
				delete(counts, of)
			}
		})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return less(s.crowded, item.ComponentID), less(s.slots, item.WorkspaceID)
}

// enter waits until fewer than perHostAtOnce are at the host.
func (s *verifying) enter(ctx context.Context, name string) (leave func(), err error) {
	s.mu.Lock()
	h := s.hosts[name]
	if h == nil {
		h = &host{free: make(chan struct{}, perHostAtOnce)}
		s.hosts[name] = h
	}
	h.users++
	s.mu.Unlock()
	select {
	case h.free <- struct{}{}:
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	left := func() {
		if h.users--; h.users == 0 {
			delete(s.hosts, name)
		}
	}
	if err != nil {
		left()
		return nil, err
	}
	return func() {
		<-h.free
		s.mu.Lock()
		defer s.mu.Unlock()
		left()
	}, nil
}
