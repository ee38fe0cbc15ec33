package vault

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"keyward/internal/store"
	"keyward/models"
)

const (
	// maxRunningJobs is how many jobs of a workspace may run at once.
	maxRunningJobs = 10
	// jobsKept is for how long what a job found is kept, and keptJobs of how many of a workspace that have ended.
	jobsKept = 7 * 24 * time.Hour
	keptJobs = 100
)

// Selection is which credentials a job verifies: those with these ids, a component's, or all.
type Selection struct {
	IDs         []string
	ComponentID string
	// Issues are what was found wrong with the input already.
	Issues []models.ValidationIssue
}

// text is the same for the same selection.
func (s Selection) text() string {
	switch {
	case s.IDs != nil:
		return "ids:" + hex.EncodeToString(hashed(strings.Join(slices.Sorted(slices.Values(s.IDs)), " ")))
	case s.ComponentID != "":
		return "component:" + s.ComponentID
	}
	return "all"
}

// StartVerification begins to verify saved credentials again, exactly those that are there at this moment, and returns at once: WorkOff does
// the work, in any gateway. While a job of the same selection runs, that one is returned.
//
// ValidationError, NotFoundError, RateLimitedError.
func (v *Vault) StartVerification(ctx context.Context, caller models.Caller, s Selection) (models.VerificationJob, error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return models.VerificationJob{}, err
	}
	if err := wrong(s.Issues, nil); err != nil {
		return models.VerificationJob{}, err
	}
	if s.ComponentID != "" {
		if _, err := v.components.find(ctx, v.store.Reader, caller.WorkspaceID, s.ComponentID); err != nil {
			return models.VerificationJob{}, notFound(err, "component", "componentId")
		}
	}
	// Refusing needs no lock: what isn't there now will not come.
	if err := v.allThere(ctx, v.store.Reader, caller.WorkspaceID, s.IDs); err != nil {
		return models.VerificationJob{}, err
	}
	if s.IDs != nil && s.ComponentID != "" {
		return models.VerificationJob{}, wrong(nil, []models.ValidationIssue{{Path: []string{"componentId"}, Message: "Give ids or a componentId, not both."}})
	}
	var job models.VerificationJob
	err := v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		already, running, err := tx.RunningVerificationJob(ctx, caller.WorkspaceID, s.text())
		if !errors.Is(err, store.ErrNotFound) {
			job = already
			return err
		}
		if running >= maxRunningJobs {
			return &models.RateLimitedError{Limited: fmt.Sprintf("%d verification jobs of this workspace run already, which is the most.", running), RetryAfter: time.Minute}
		}
		if err := v.allThere(ctx, tx.Reader, caller.WorkspaceID, s.IDs); err != nil {
			return err
		}
		job = models.VerificationJob{
			WorkspaceID: caller.WorkspaceID, ID: newID(models.VerificationJobIDPrefix), Selection: s.text(), ComponentID: s.ComponentID, Status: models.JobRunning,
			CallerKind: caller.Kind, CallerID: caller.ID, CallerName: caller.Name, RequestID: caller.RequestID, Address: caller.Address, CreatedAt: v.now(),
		}
		if err := tx.InsertVerificationJob(ctx, &job, s.IDs); err != nil {
			return err
		}
		if err := tx.DropEndedVerificationJobs(ctx, caller.WorkspaceID, keptJobs); err != nil {
			return err
		}
		return tx.Record(ctx, v.did(caller, models.VerificationStarted, models.Target{ID: job.ID}).Related(s.ComponentID).Telling("credentials: "+strconv.Itoa(int(job.Total))))
	})
	if err == nil {
		v.verifying.wake()
	}
	return job, err
}

// allThere refuses ids that the workspace has no credentials of. NotFoundError.
func (v *Vault) allThere(ctx context.Context, r store.Reader, workspace string, ids []string) error {
	there, err := r.CredentialIDs(ctx, workspace, ids)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if !there[id] {
			return &models.NotFoundError{What: "credential", Path: []string{"ids", strconv.Itoa(i)}}
		}
	}
	return nil
}

// CancelVerification ends a job; what is under way is still finished. NotFoundError.
func (v *Vault) CancelVerification(ctx context.Context, caller models.Caller, id string) (job models.VerificationJob, err error) {
	if err := caller.MayChange(models.WriteCredentials); err != nil {
		return job, err
	}
	err = v.store.ChangeAs(ctx, caller, func(tx *store.Tx) error {
		canceled, err := tx.CancelVerificationJob(ctx, caller.WorkspaceID, id, v.now())
		if err != nil {
			return err
		}
		if job, err = tx.VerificationJob(ctx, caller.WorkspaceID, id); err != nil || !canceled {
			return notFound(err, "verification job", "id")
		}
		return tx.Record(ctx, v.did(caller, models.VerificationCanceled, models.Target{ID: id}).Telling(fmt.Sprintf("credentials: %d of %d", job.Finished(), job.Total)))
	})
	return job, err
}

// VerificationJobs lists the workspace's jobs, newest first.
func (v *Vault) VerificationJobs(ctx context.Context, caller models.Caller, p models.PageArgs) (models.Page[models.VerificationJob], error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return models.Page[models.VerificationJob]{}, err
	}
	return v.store.VerificationJobs(ctx, caller.WorkspaceID, p)
}

// VerificationJobsByID reads those that exist.
func (v *Vault) VerificationJobsByID(ctx context.Context, caller models.Caller, ids []string) ([]models.VerificationJob, error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	return v.store.VerificationJobsByID(ctx, caller.WorkspaceID, ids)
}

// WaitsUntil is when the items go on that wait for the workspace's budget; nil where none does.
func (v *Vault) WaitsUntil(job *models.VerificationJob) *time.Time {
	if job.Status != models.JobRunning || job.WaitsUntil == nil || !job.WaitsUntil.After(v.now()) {
		return nil
	}
	return job.WaitsUntil
}

// VerificationResults reads the same page of what each job found so far: all of it, or one outcome's. The cursor's id is an item's position.
func (v *Vault) VerificationResults(ctx context.Context, caller models.Caller, jobs []models.VerificationJob, outcome models.VerificationOutcome, p models.PageArgs) (map[string]models.Page[models.VerificationItem], error) {
	if err := caller.May(models.ReadCredentials); err != nil {
		return nil, err
	}
	after := int32(0)
	if p.After != nil {
		position, err := strconv.ParseInt(p.After.ID, 10, 32)
		if err != nil {
			return nil, &models.BadRequestError{Message: "after must be a cursor that this list returned: take endCursor of its pageInfo."}
		}
		after = int32(position)
	}
	ids := make([]string, len(jobs))
	for i, job := range jobs {
		ids[i] = job.ID
	}
	pages, err := v.store.VerificationResults(ctx, caller.WorkspaceID, ids, outcome, after, p.First)
	if err != nil {
		return nil, err
	}
	for _, job := range jobs {
		page := pages[job.ID]
		page.Total = int(job.Found(outcome))
		pages[job.ID] = page
	}
	return pages, nil
}
