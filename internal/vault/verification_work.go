package vault

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"keyward/internal/store"
	"keyward/models"
)

const (
	// verifyingAtOnce is how many credentials of jobs a gateway verifies at once, perWorkspaceAtOnce how many of them of one workspace, and
	// perHostAtOnce at one host.
	verifyingAtOnce, perWorkspaceAtOnce, perHostAtOnce = 8, 4, 2
	// itemLease is for how long an item is a gateway's unless it says that it is still at it; when it has passed, another one takes it up.
	itemLease = 30 * time.Second
	// lookEvery is how often a gateway looks for what others began, or left.
	lookEvery = 2 * time.Second
	// maxTries is how often an item is begun that fails for a reason of the gateway's own, or that its gateway doesn't survive, tryAgainAfter
	// what it waits in between.
	maxTries      = 5
	tryAgainAfter = 10 * time.Second
	// stopTime is how long what is under way may take when the gateway stops.
	stopTime = 20 * time.Second
)

// worker works off the jobs of all workspaces in turns.
type worker struct {
	*Vault
	lease   string
	jobs    []models.VerificationJob
	listed  time.Time
	cleaned time.Time
	// served says when it was last the turn of a workspace, and of a job: how many items had been taken by then.
	served map[string]int
	taken  int
}

// WorkOff verifies what jobs ask for until ctx ends, and then finishes what it is at. Several gateways may do it at once: the lease on
// each item lets one of them go ahead, and what a gateway that is gone was at comes to another one.
func (v *Vault) WorkOff(ctx context.Context) {
	w := &worker{Vault: v, lease: newID(""), served: map[string]int{}}
	slots := make(chan struct{}, verifyingAtOnce)
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	for ctx.Err() == nil {
		slots <- struct{}{}
		job, item, found := w.next(ctx)
		if !found {
			<-slots
			select {
			case <-v.verifying.woken:
			case <-time.After(lookEvery):
			case <-ctx.Done():
			}
			continue
		}
		arrived, left := v.verifying.taken(&item)
		go func() {
			defer func() {
				arrived()
				left()
				<-slots
			}()
			w.run(work, &job, &item, arrived)
		}()
	}
	overdue := time.AfterFunc(stopTime, stop)
	defer overdue.Stop()
	for range verifyingAtOnce {
		slots <- struct{}{}
	}
}

// errNotNow: the job has items to take as soon as others have made room.
var errNotNow = errors.New("not now")

// next takes an item of the job whose turn it is: of the workspace that has waited longest, the one that has. Jobs that have none to
// take are asked again when they are listed anew; those that have none for the moment keep their turn.
func (w *worker) next(ctx context.Context) (job models.VerificationJob, item models.VerificationItem, found bool) {
	if len(w.jobs) == 0 || time.Since(w.listed) >= lookEvery {
		if err := w.list(ctx); err != nil {
			if ctx.Err() == nil {
				w.log.WarnContext(ctx, "verification jobs could not be looked for", "error", err.Error())
			}
			return job, item, false
		}
	}
	slices.SortStableFunc(w.jobs, func(a, b models.VerificationJob) int {
		return cmp.Or(cmp.Compare(w.served[a.WorkspaceID], w.served[b.WorkspaceID]), cmp.Compare(w.served[a.ID], w.served[b.ID]))
	})
	crowded := w.verifying.crowds() // the same for all: whose turn it is must not be passed over for one that is asked a moment later
	for range len(w.jobs) {
		job, w.jobs = w.jobs[0], w.jobs[1:]
		err := errNotNow
		if !w.verifying.full(job.WorkspaceID) {
			item, err = w.take(ctx, &job, crowded)
		}
		switch {
		case err == nil:
			w.taken++
			w.served[job.WorkspaceID], w.served[job.ID] = w.taken, w.taken
			w.jobs = append(w.jobs, job)
			return job, item, true
		case errors.Is(err, errNotNow):
			w.jobs = append(w.jobs, job)
		case !errors.Is(err, store.ErrNotFound) && ctx.Err() == nil:
			w.log.WarnContext(ctx, "no item of a verification job could be taken", "job", job.ID, "workspace", job.WorkspaceID, "error", err.Error())
		}
	}
	w.jobs = nil // there may be others by then
	return job, item, false
}

// list reads the jobs that run, and drops those that are older than they are kept.
func (w *worker) list(ctx context.Context) error {
	const most = 1000
	now := w.now()
	jobs, err := w.store.RunningVerificationJobs(ctx, now, most)
	if err != nil {
		return err
	}
	w.jobs, w.listed = jobs, time.Now()
	run := make(map[string]bool, 2*len(jobs))
	for i := range jobs {
		run[jobs[i].WorkspaceID], run[jobs[i].ID] = true, true
	}
	maps.DeleteFunc(w.served, func(id string, _ int) bool { return !run[id] })
	if now.Sub(w.cleaned) >= time.Hour {
		w.cleaned = now
		return w.store.Save(ctx, func(tx *store.Tx) error { return tx.DeleteVerificationJobs(ctx, now.Add(-jobsKept)) })
	}
	return nil
}

// take leases an item of the job, of none of the crowded components, if who began it may still change credentials; if not, the job ends.
// store.ErrNotFound, errNotNow.
func (w *worker) take(ctx context.Context, job *models.VerificationJob, crowded []string) (item models.VerificationItem, err error) {
	now := w.now()
	waiting := w.verifying.waiting(job.WorkspaceID, now)
	without := slices.Concat(waiting, crowded)
	// Looked for before it is taken: jobs that have none to take may be many, and are asked again and again.
	err = w.look(ctx, job, without, now)
	if errors.Is(err, store.ErrNotFound) && len(crowded) > 0 {
		if err = w.look(ctx, job, waiting, now); err == nil {
			err = errNotNow
		}
	}
	if err != nil {
		return item, err
	}
	// Not cut off when the gateway stops: a lease that was saved all the same would be nobody's until it passes.
	ctx, cancel := afterwards(ctx)
	defer cancel()
	none := false
	err = w.store.Save(ctx, func(tx *store.Tx) error {
		none = false
		may, err := w.mayStill(ctx, tx, job, now)
		if err != nil {
			return err
		}
		if !may {
			none = true
			if canceled, err := tx.CancelVerificationJob(ctx, job.WorkspaceID, job.ID, now); err != nil || !canceled {
				return err
			}
			return tx.Record(ctx, w.did(systemIn(job.WorkspaceID), models.VerificationCanceled, models.Target{ID: job.ID}).Telling("who began it may no longer change credentials"))
		}
		for {
			item, err = tx.LeaseVerificationItem(ctx, job, without, w.lease, now, now.Add(itemLease))
			if none = errors.Is(err, store.ErrNotFound); none {
				return nil // what was finished stays so
			}
			if err != nil || item.Tries <= maxTries {
				return err
			}
			// Whoever began it as often as that is gone each time, maybe because of it.
			w.log.ErrorContext(ctx, "an item of a verification job was begun too often without coming to an end", "credential", item.CredentialID, "job", job.ID, "workspace", job.WorkspaceID)
			item.Outcome, item.Reason, item.CheckedAt = models.Unavailable, models.ReasonUnexpectedResponse, &now
			if err := tx.FinishVerificationItem(ctx, &item, now); err != nil {
				return err
			}
		}
	})
	if err == nil && none {
		err = store.ErrNotFound
	}
	return item, err
}

// look finds out whether there is an item to take. store.ErrNotFound.
func (w *worker) look(ctx context.Context, job *models.VerificationJob, without []string, now time.Time) error {
	if slices.Contains(without, job.ComponentID) { // it has no others
		return store.ErrNotFound
	}
	there, err := w.store.HasVerificationItem(ctx, job, without, now)
	if err == nil && !there {
		err = store.ErrNotFound
	}
	return err
}

// mayStill reports whether the one who began a job may change credentials by now.
func (w *worker) mayStill(ctx context.Context, tx *store.Tx, job *models.VerificationJob, now time.Time) (bool, error) {
	if !slices.Contains([]models.CallerKind{models.CallerToken, models.CallerPerson}, job.CallerKind) {
		return true, nil // who runs commands on the machine itself
	}
	role, err := tx.RoleNow(ctx, job.WorkspaceID, job.CallerKind, job.CallerID, now)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return role.Holds(models.WriteCredentials), err
}

// run verifies one item, keeping its lease meanwhile, and writes down what was found, or gives it back.
func (w *worker) run(ctx context.Context, job *models.VerificationJob, item *models.VerificationItem, arrived func()) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go w.keep(ctx, *item)
	err := w.verifyItem(ctx, job, item, arrived)
	stopped := ctx.Err() != nil
	_, gone := errors.AsType[*models.NotFoundError](err)
	limited, isLimited := errors.AsType[*models.RateLimitedError](err)
	now := w.now()
	switch {
	case err == nil:
		return
	case gone:
		item.Outcome = models.Skipped
		err = w.finish(ctx, item)
	case stopped:
		item.Tries--
		err = w.giveBack(ctx, item, nil)
	case isLimited:
		item.Tries--
		until := now.Add(max(limited.RetryAfter, time.Second))
		w.verifying.wait(item, until)
		err = w.giveBack(ctx, item, &until)
	default:
		w.log.ErrorContext(ctx, "an item of a verification job failed", "credential", item.CredentialID, "job", job.ID, "workspace", job.WorkspaceID, "tries", item.Tries, "error", err.Error())
		if item.Tries < maxTries {
			until := now.Add(tryAgainAfter)
			w.verifying.wait(item, until)
			err = w.giveBack(ctx, item, nil)
			break
		}
		item.Outcome, item.Reason, item.CheckedAt = models.Unavailable, models.ReasonUnexpectedResponse, &now
		err = w.finish(ctx, item)
	}
	if err != nil { // its lease passes, and it is taken up again
		w.log.WarnContext(ctx, "what came of an item of a verification job could not be saved", "credential", item.CredentialID, "job", job.ID, "workspace", job.WorkspaceID, "error", err.Error())
	}
}

// verifyItem verifies as Verify does, and finishes the item in the same transaction. NotFoundError, RateLimitedError.
func (w *worker) verifyItem(ctx context.Context, job *models.VerificationJob, item *models.VerificationItem, arrived func()) error {
	target, err := w.targetOf(ctx, item.WorkspaceID, item.CredentialID)
	if err != nil {
		return err
	}
	if target != "" {
		leave, err := w.verifying.enter(ctx, target)
		if err != nil {
			return err
		}
		defer leave()
	}
	arrived()
	_, _, err = w.verify(ctx, job.Caller(), item.CredentialID, job.ID, func(tx *store.Tx, tried models.Verification) error {
		if err := ctx.Err(); err != nil { // the gateway stops: that nobody answered says nothing
			return err
		}
		found := *item
		found.Outcome, found.Reason, found.CheckedAt, found.DurationMs = tried.Outcome, tried.Reason, &tried.CheckedAt, tried.DurationMs
		return tx.FinishVerificationItem(context.WithoutCancel(ctx), &found, w.now())
	})
	return err
}

// targetOf is the host that verifying a credential would dial; empty where it would dial none. NotFoundError.
func (v *Vault) targetOf(ctx context.Context, workspace, id string) (string, error) {
	c, err := v.store.Credential(ctx, workspace, id)
	if err != nil {
		return "", notFound(err, "credential")
	}
	m, err := v.methodOf(ctx, &c)
	if err != nil || m.DryRequest == nil {
		return "", err
	}
	values, err := v.open(ctx, &c)
	if err != nil {
		return "", err
	}
	return v.verifiers.Target(m, values.Named()), nil
}

func (w *worker) finish(ctx context.Context, item *models.VerificationItem) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	return w.store.Save(ctx, func(tx *store.Tx) error { return tx.FinishVerificationItem(ctx, item, w.now()) })
}

// giveBack lets any gateway take the item; until is when the job's progress says that it goes on.
func (w *worker) giveBack(ctx context.Context, item *models.VerificationItem, until *time.Time) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	return w.store.Save(ctx, func(tx *store.Tx) error {
		if err := tx.ReturnVerificationItem(ctx, item); err != nil || until == nil {
			return err
		}
		return tx.DelayVerificationJob(ctx, item.WorkspaceID, item.JobID, until)
	})
}

// keep holds the item's lease until ctx ends.
func (w *worker) keep(ctx context.Context, item models.VerificationItem) {
	ticker := time.NewTicker(itemLease / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		err := w.store.Save(ctx, func(tx *store.Tx) error {
			_, err := tx.KeepVerificationItem(ctx, &item, w.now().Add(itemLease))
			return err
		})
		if err != nil && ctx.Err() == nil {
			w.log.WarnContext(ctx, "the lease of a verification job's item could not be kept", "job", item.JobID, "workspace", item.WorkspaceID, "error", err.Error())
		}
	}
}
