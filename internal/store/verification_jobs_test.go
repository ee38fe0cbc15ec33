package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"keyward/models"
)

// verifying writes a job of ws_1 with n items of each of the components, in that order.
func verifying(t *testing.T, s *Store, n int, components ...string) models.VerificationJob {
	t.Helper()
	ctx := context.Background()
	job := models.VerificationJob{WorkspaceID: "ws_1", ID: "job_1", Selection: "all", Status: models.JobRunning, Total: int32(n * len(components)), CreatedAt: time.Now().UTC()}
	var items []models.VerificationItem
	for _, component := range components {
		for range n {
			items = append(items, models.VerificationItem{WorkspaceID: "ws_1", JobID: job.ID, Position: int32(len(items) + 1), CredentialID: fmt.Sprint("cred_", len(items)+1), ComponentID: component})
		}
	}
	err := s.Save(ctx, func(tx *Tx) error {
		if err := tx.db.Create(&job).Error; err != nil {
			return err
		}
		return tx.db.CreateInBatches(&items, 500).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// Whatever components are left out, and whether the job has any of them, the first of the others is taken.
func TestLeaseVerificationItem_leaves_components_out(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		world(t, s)
		ctx := context.Background()
		job := verifying(t, s, 2, "cmp_a", "cmp_b-b", "cmp_bB", "own_c")
		now := time.Now().UTC()
		for _, tc := range []struct {
			without []string
			want    int32
		}{
			{nil, 1},
			{[]string{"cmp_none"}, 2},
			{[]string{"cmp_a", "cmp_a"}, 3},
			{[]string{"own_c", "cmp_bB", "cmp_a"}, 4},
			{[]string{"cmp_b-b", "cmp_a", "cmp_0", "zzz"}, 5},
			{[]string{"cmp_bB", "cmp_b-b", "cmp_a"}, 7},
			{[]string{"own_c"}, 6},
			{[]string{"own_c", "cmp_bB", "cmp_b-b", "cmp_a"}, 0},
			{nil, 8},
			{nil, 0},
		} {
			err := s.Save(ctx, func(tx *Tx) error {
				item, err := tx.LeaseVerificationItem(ctx, &job, tc.without, "lease", now, now.Add(time.Minute))
				if item.Position != tc.want || (tc.want == 0) != errors.Is(err, ErrNotFound) {
					t.Errorf("without %v: item %d, want %d; %v", tc.without, item.Position, tc.want, err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// However many items there are of a component, they aren't read to be left out. PostgreSQL tells how many rows a transaction read.
func TestLeaseVerificationItem_reads_no_more_than_it_takes(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		if s.dialect != "postgres" {
			t.Skip("SQLite doesn't tell how many rows it read")
		}
		world(t, s)
		ctx := context.Background()
		job := verifying(t, s, 2000, "cmp_a", "cmp_b", "cmp_c")
		if err := s.write.Exec("ANALYZE verification_items").Error; err != nil {
			t.Fatal(err)
		}
		now := time.Now().UTC()
		err := s.Save(ctx, func(tx *Tx) error {
			item, err := tx.LeaseVerificationItem(ctx, &job, []string{"cmp_b", "cmp_a"}, "lease", now, now.Add(time.Minute))
			if err != nil || item.ComponentID != "cmp_c" {
				t.Errorf("%v, %v", item, err)
			}
			var read int
			err = tx.db.Raw("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'verification_items'").Scan(&read).Error
			if read > 10 {
				t.Errorf("%d rows were read to take one", read)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Each workspace's oldest job comes first, and what waits comes last: neither many jobs of one workspace nor many that wait hide another one.
func TestRunningVerificationJobs(t *testing.T) {
	eachDialect(t, func(t *testing.T, s *Store) {
		world(t, s)
		ctx := context.Background()
		now := time.Now().UTC().Truncate(time.Microsecond)
		later, over := now.Add(time.Minute), now.Add(-time.Minute)
		err := s.Save(ctx, func(tx *Tx) error {
			for _, job := range []models.VerificationJob{
				{WorkspaceID: "ws_1", ID: "job_1", WaitsUntil: &later},
				{WorkspaceID: "ws_2", ID: "job_2", Status: models.JobDone},
				{WorkspaceID: "ws_1", ID: "job_3", WaitsUntil: &over},
				{WorkspaceID: "ws_1", ID: "job_4"},
				{WorkspaceID: "ws_1", ID: "job_5", WaitsUntil: &later},
				{WorkspaceID: "ws_2", ID: "job_6", WaitsUntil: &later},
				{WorkspaceID: "ws_2", ID: "job_7"},
				{WorkspaceID: "ws_2", ID: "job_8"},
			} {
				job.Status = cmp.Or(job.Status, models.JobRunning)
				if err := tx.db.Create(&job).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"job_3", "job_7", "job_4", "job_8", "job_1", "job_6", "job_5"}
		for n := range want {
			jobs, err := s.RunningVerificationJobs(ctx, now, n+1)
			var got []string
			for _, job := range jobs {
				got = append(got, job.ID)
			}
			if err != nil || !slices.Equal(got, want[:n+1]) {
				t.Errorf("%v, %v", got, err)
			}
		}
	})
}
