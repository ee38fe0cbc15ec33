package graph

import (
	"math"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"keyward/graph/model"
)

const codeRateLimited = "RATE_LIMITED"

const (
	// requestCost is what each request costs besides a point for every byte of its body, whatever comes of it: documents that
	// can't be parsed or validated take time too.
	requestCost = 100
	// budgetedCallers is how many callers are remembered. Who is forgotten begins with a full budget; to be forgotten, one
	// needs as many other callers, each with a token of its own.
	budgetedCallers = 100_000
)

// budget is how many points each caller may spend: as many as a minute brings, at once or bit by bit. nil counts nothing.
type budget struct {
	perMinute int
	callers   *lru.Cache[string, *rate.Limiter]
	now       func() time.Time
}

func newBudget(perMinute int, now func() time.Time) *budget {
	if perMinute <= 0 {
		return nil
	}
	callers, _ := lru.New[string, *rate.Limiter](budgetedCallers) // fails for sizes below 1 only
	return &budget{perMinute: perMinute, callers: callers, now: now}
}

func (b *budget) of(caller string) *rate.Limiter {
	if known, ok := b.callers.Get(caller); ok {
		return known
	}
	fresh := rate.NewLimiter(rate.Limit(float64(b.perMinute)/60), b.perMinute)
	if known, ok, _ := b.callers.PeekOrAdd(caller, fresh); ok {
		return known
	}
	return fresh
}

// exceeds reports whether no waiting would bring as many points.
func (b *budget) exceeds(points int) bool { return b != nil && points > b.perMinute }

// spend takes points from a caller's budget. Where there are too few it takes none, and returns how long to wait. What costs
// more than there can ever be takes all.
func (b *budget) spend(caller string, points int) time.Duration {
	if b == nil {
		return 0
	}
	now := b.now()
	reservation := b.of(caller).ReserveN(now, min(points, b.perMinute))
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// state says what a caller's budget is after a request of that cost.
func (b *budget) state(caller string, cost int) *model.RateLimit {
	state := &model.RateLimit{Cost: bounded(cost), ResetAt: time.Now().UTC()}
	if b == nil {
		return state
	}
	now, limiter := b.now(), b.of(caller)
	left := limiter.TokensAt(now)
	missing := float64(b.perMinute) - left
	state.Limit, state.Remaining = bounded(b.perMinute), bounded(int(left))
	state.ResetAt = now.Add(time.Duration(missing / float64(limiter.Limit()) * float64(time.Second))).UTC()
	return state
}

func bounded(n int) int32 { return int32(min(max(n, 0), math.MaxInt32)) }
