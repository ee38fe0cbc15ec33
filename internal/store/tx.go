package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	sqlitedriver "modernc.org/sqlite"
	sqlitecodes "modernc.org/sqlite/lib"

	"keyward/models"
)

// Tx is a running transaction: everything a Reader reads, and every write.
type Tx struct{ Reader }

// Save runs fn in a transaction that ties nothing to anything: no lock is needed. fn may run again after a
// serialization failure or a deadlock, so it must not keep state between runs.
func (s *Store) Save(ctx context.Context, fn func(*Tx) error) error {
	return retry(ctx, func() error {
		if err := s.inPlace(); err != nil {
			return err
		}
		return s.write.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			return fn(&Tx{Reader{db: db}})
		})
	})
}

// Change runs fn in a transaction that changes the ties between credentials, steps and active flows. It first takes the
// workspace's row; fn reads only after that, in statements of its own: a lock and a check merged into one statement
// would see the world from before the wait.
func (s *Store) Change(ctx context.Context, workspace string, fn func(*Tx) error) error {
	return s.Save(ctx, func(tx *Tx) error {
		if err := tx.Lock(ctx, workspace); err != nil {
			return err
		}
		return fn(tx)
	})
}

// ChangeAs is Change in the caller's workspace, if the caller is still what they were when their request came: nobody acts on
// what was taken from them while they waited. models.ErrForbidden.
func (s *Store) ChangeAs(ctx context.Context, caller models.Caller, fn func(*Tx) error) error {
	err := s.Change(ctx, caller.WorkspaceID, func(tx *Tx) error {
		still, err := tx.Still(ctx, caller)
		if err == nil && !still {
			err = models.ErrForbidden
		}
		if err != nil {
			return err
		}
		return fn(tx)
	})
	if errors.Is(err, ErrNoWorkspace) {
		return models.ErrForbidden
	}
	return err
}

// Lock takes a workspace's row, as Change does. Who needs two takes the oldest workspace's first. ErrNoWorkspace.
func (t *Tx) Lock(ctx context.Context, workspace string) error {
	var id string
	// On SQLite the immediate transaction is the lock, and FOR … is left out.
	query := t.db.WithContext(ctx).Model(&models.Workspace{}).Select("id").Where("id = ?", workspace)
	if t.db.Name() == "postgres" {
		query = query.Clauses(clause.Locking{Strength: "NO KEY UPDATE"})
	}
	err := query.Take(&id).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNoWorkspace
	}
	return err
}

const retries = 3

func retry(ctx context.Context, run func() error) error {
	for attempt := 0; ; attempt++ {
		err := run()
		if err == nil || attempt == retries || !transient(err) {
			return err
		}
		select {
		case <-time.After(time.Duration(1<<attempt) * 10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// errUsed: a transaction looked for what nothing uses, and before it could delete that, something did. The next run sees it.
var errUsed = errors.New("what was to be deleted is used by now")

// unlessUsed turns the database's refusal to delete what is referred to into errUsed.
func unlessUsed(err error) error {
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return errUsed
	}
	return err
}

// transient reports whether the database gave up on a transaction that may well succeed the next time:
// serialization_failure and deadlock_detected on PostgreSQL, a busy file on SQLite, errUsed on both.
func transient(err error) bool {
	if errors.Is(err, errUsed) {
		return true
	}
	if pgErr, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pgErr.Code == "40001" || pgErr.Code == "40P01"
	}
	if driverErr, ok := errors.AsType[*sqlitedriver.Error](err); ok {
		return driverErr.Code()&0xff == sqlitecodes.SQLITE_BUSY
	}
	return false
}

// notFound turns gorm's word into ours.
func notFound(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	return err
}
