package models

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Budget is how much may go wrong: Burst times at once, and PerMinute more each minute. The zero Budget sets no limit.
type Budget struct{ Burst, PerMinute int }

// Limits reports whether there is a limit at all.
func (b Budget) Limits() bool { return b.Burst > 0 }

const maxBudget = 1_000_000

// UnmarshalText reads BURST+PER_MINUTE, like 300+30, or 0 for no limit.
func (b *Budget) UnmarshalText(text []byte) error {
	if string(text) == "0" {
		*b = Budget{}
		return nil
	}
	before, behind, _ := strings.Cut(string(text), "+")
	burst, burstErr := strconv.Atoi(before)
	perMinute, perMinuteErr := strconv.Atoi(behind)
	if burstErr != nil || perMinuteErr != nil || min(burst, perMinute) < 1 || max(burst, perMinute) > maxBudget {
		return fmt.Errorf("must be BURST+PER_MINUTE, two numbers from 1 to %d like 300+30, or 0 for no limit", maxBudget)
	}
	*b = Budget{burst, perMinute}
	return nil
}

// Wait is how long it takes until no more than Burst is spent; 0 where that is so already.
func (b Budget) Wait(spent float64) time.Duration {
	if missing := spent - float64(b.Burst); b.Limits() && missing > 0 {
		return time.Duration(missing / float64(b.PerMinute) * float64(time.Minute))
	}
	return 0
}

// DryRequestBudget is a row: what a workspace's failed dry requests have spent, and when that was counted. Since then
// some of it has come back.
type DryRequestBudget struct {
	WorkspaceID string  `gorm:"primaryKey"`
	Target      string  `gorm:"primaryKey"` // a host as it is dialled; empty: all hosts together
	Spent       float64 `gorm:"not null"`
	CountedAt   int64   `gorm:"not null"` // microseconds since 1970: both databases reckon with them alike
}

// RateLimitedError: too much of something for now.
type RateLimitedError struct {
	Limited    string // a sentence that says what is limited
	RetryAfter time.Duration
}

func (e *RateLimitedError) Error() string {
	return e.Limited + " Try again in " + inWords(e.RetryAfter) + "."
}

func inWords(wait time.Duration) string {
	n, unit := int64((wait+time.Second-1)/time.Second), "second"
	if n > 120 {
		n, unit = (n+59)/60, "minute"
	}
	if n = max(n, 1); n > 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}
