package models

import "time"

// VerificationJobIDPrefix begins every verification job's id.
const VerificationJobIDPrefix = "job_"

// VerificationJobStatus says whether a job still runs.
type VerificationJobStatus string

// The statuses of the schema's VerificationJobStatus.
const (
	JobRunning  VerificationJobStatus = "RUNNING"
	JobDone     VerificationJobStatus = "DONE"
	JobCanceled VerificationJobStatus = "CANCELED"
)

// VerificationJob is a row: credentials that are verified again, and how many of them are finished.
type VerificationJob struct {
	WorkspaceID string `gorm:"primaryKey"`
	ID          string `gorm:"primaryKey"` // sorts by time
	// Selection says what was asked for, so that asking twice makes no second job.
	Selection   string                `gorm:"not null"`
	ComponentID string                `gorm:"not null"` // whose credentials; empty where others were asked for
	Status      VerificationJobStatus `gorm:"not null"`
	Total       int32                 `gorm:"not null"`
	// The counters move with the items that they count.
	Accepted      int32 `gorm:"not null"`
	Rejected      int32 `gorm:"not null"`
	Unavailable   int32 `gorm:"not null"`
	NotVerifiable int32 `gorm:"not null"`
	Skipped       int32 `gorm:"not null"`
	// Caller* are who began it: it goes on for as long as they may change credentials.
	CallerKind CallerKind `gorm:"not null"`
	CallerID   string     `gorm:"not null"`
	CallerName string     `gorm:"not null"`
	RequestID  string     `gorm:"not null"`
	Address    string     `gorm:"not null"`
	CreatedAt  time.Time  `gorm:"not null;autoCreateTime:false"`
	// WaitsUntil is when some items go on that wait for the workspace's budget.
	WaitsUntil *time.Time
	FinishedAt *time.Time
}

// Finished is how many items are.
func (j *VerificationJob) Finished() int32 {
	return j.Accepted + j.Rejected + j.Unavailable + j.NotVerifiable + j.Skipped
}

// Found is how many items have that outcome; an empty one means any.
func (j *VerificationJob) Found(outcome VerificationOutcome) int32 {
	switch outcome {
	case Accepted:
		return j.Accepted
	case Rejected:
		return j.Rejected
	case Unavailable:
		return j.Unavailable
	case NotVerifiable:
		return j.NotVerifiable
	case Skipped:
		return j.Skipped
	}
	return j.Finished()
}

// Caller is who began the job, as the audit knows them.
func (j *VerificationJob) Caller() Caller {
	return Caller{Kind: j.CallerKind, ID: j.CallerID, Name: j.CallerName, WorkspaceID: j.WorkspaceID, RequestID: j.RequestID, Address: j.Address}
}

// Skipped is the outcome of a job's item whose credential was deleted meanwhile.
const Skipped VerificationOutcome = "SKIPPED"

// VerificationItem is a row: one credential of a job. Its outcome is empty until it is finished.
type VerificationItem struct {
	WorkspaceID  string              `gorm:"primaryKey"`
	JobID        string              `gorm:"primaryKey"`
	Position     int32               `gorm:"primaryKey;autoIncrement:false"`
	CredentialID string              `gorm:"not null"`
	ComponentID  string              `gorm:"not null"`
	Outcome      VerificationOutcome `gorm:"not null"`
	Reason       VerificationReason  `gorm:"not null"`
	CheckedAt    *time.Time
	DurationMs   int32 `gorm:"not null"`
	// Tries is how often it was begun without coming to an end.
	Tries int32 `gorm:"not null"`
	// LeaseID and LeaseUntil say who is at it. A lease that has passed was left by a gateway that is gone.
	LeaseID    string `gorm:"not null"`
	LeaseUntil *time.Time
}

// Verification is what was found; nil where there was nothing to find.
func (i *VerificationItem) Verification() *Verification {
	if i.Outcome == "" || i.Outcome == Skipped || i.CheckedAt == nil {
		return nil
	}
	return &Verification{
		WorkspaceID: i.WorkspaceID, CredentialID: i.CredentialID, Outcome: i.Outcome, Reason: i.Reason, CheckedAt: *i.CheckedAt, DurationMs: i.DurationMs,
	}
}
