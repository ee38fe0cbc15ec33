package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"keyward/models"
)

// Spending is a workspace's dry requests to one host, with what may go wrong of them; a budget without a limit is
// neither read nor charged.
type Spending struct {
	WorkspaceID string
	// Host is as it is dialled; where it is empty, only what all hosts have together counts.
	Host        string
	OfHost      models.Budget
	OfWorkspace models.Budget
}

// allHosts is the target of the row that counts all hosts together.
const allHosts = ""

func (s Spending) targets() []string {
	var targets []string
	if s.OfWorkspace.Limits() {
		targets = append(targets, allHosts) // always the first: rows are locked in one order
	}
	if s.Host != "" && s.OfHost.Limits() {
		targets = append(targets, s.Host)
	}
	return targets
}

// leftSpent is what is spent of a row's budget by now: what was, less what has come back since it was counted.
const leftSpent = `CASE WHEN dry_request_budgets.counted_at >= @now THEN dry_request_budgets.spent ELSE
	CASE WHEN dry_request_budgets.spent > (@now - dry_request_budgets.counted_at) * ` + perMicrosecond + `
	THEN dry_request_budgets.spent - (@now - dry_request_budgets.counted_at) * ` + perMicrosecond + ` ELSE 0 END END`

const perMicrosecond = `CASE WHEN dry_request_budgets.target = '' THEN CAST(@workspace AS double precision) ELSE CAST(@host AS double precision) END`

func (s Spending) reckon(sql string, now time.Time) clause.NamedExpr {
	rate := func(b models.Budget) float64 { return float64(b.PerMinute) / float64(time.Minute.Microseconds()) }
	return clause.NamedExpr{SQL: sql, Vars: []any{map[string]any{
		"now": now.UnixMicro(), "workspace": rate(s.OfWorkspace), "host": rate(s.OfHost),
	}}}
}

// Spent reads, in one statement, what is spent of the workspace's budget and of the host's in it.
func (r Reader) Spent(ctx context.Context, s Spending, now time.Time) (ofWorkspace, ofHost float64, err error) {
	var rows []models.DryRequestBudget
	err = r.db.WithContext(ctx).Model(&models.DryRequestBudget{}).Select("target, (?) AS spent", s.reckon(leftSpent, now)).
		Where("workspace_id = ? AND target IN ?", s.WorkspaceID, s.targets()).Find(&rows).Error
	for _, row := range rows {
		if row.Target == allHosts {
			ofWorkspace = row.Spent
		} else {
			ofHost = row.Spent
		}
	}
	return ofWorkspace, ofHost, err
}

// Spend charges one failed dry request. It also drops the workspace's rows of which nothing is spent any more. Those that
// stay can't get many, whatever hosts are asked: each has something spent, it comes back soon, and the workspace's budget
// bounds what can be spent in a time.
func (t *Tx) Spend(ctx context.Context, s Spending, now time.Time) error {
	var rows []models.DryRequestBudget
	for _, target := range s.targets() {
		rows = append(rows, models.DryRequestBudget{WorkspaceID: s.WorkspaceID, Target: target, Spent: 1, CountedAt: now.UnixMicro()})
	}
	err := t.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "workspace_id"}, {Name: "target"}},
		DoUpdates: clause.Assignments(map[string]any{
			"spent": s.reckon("1 + "+leftSpent, now),
			// Another gateway's clock may be ahead: what came back once must not come back twice.
			"counted_at": clause.Expr{SQL: "CASE WHEN dry_request_budgets.counted_at > excluded.counted_at THEN dry_request_budgets.counted_at ELSE excluded.counted_at END"},
		}),
	}).Create(&rows).Error
	if err != nil {
		return err
	}
	return t.db.WithContext(ctx).Where("workspace_id = ? AND target <> ''", s.WorkspaceID).Where(s.reckon(leftSpent+" <= 0", now)).
		Delete(&models.DryRequestBudget{}).Error
}
