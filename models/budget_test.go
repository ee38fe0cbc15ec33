package models

import (
	"testing"
	"time"
)

func TestBudget_UnmarshalText(t *testing.T) {
	for text, want := range map[string]Budget{"300+30": {300, 30}, "1+1": {1, 1}, "1000000+1000000": {1_000_000, 1_000_000}, "0": {}} {
		got := Budget{7, 7}
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "300", "+30", "300+", "0+30", "300+0", "-1+30", "300+-30", "300/30", "1000001+1", "1+1000001", "a+b", "1+1+1", "1e3+1", " 1+1"} {
		got := Budget{7, 7}
		if err := got.UnmarshalText([]byte(text)); err == nil || got != (Budget{7, 7}) {
			t.Errorf("%q was taken: %v", text, got)
		}
	}
}

func TestBudget_Wait(t *testing.T) {
	for _, c := range []struct {
		budget Budget
		spent  float64
		want   time.Duration
	}{
		{Budget{10, 60}, 9.5, 0}, {Budget{10, 60}, 10, 0}, {Budget{10, 60}, 10.5, 500 * time.Millisecond}, {Budget{10, 6}, 12, 20 * time.Second},
		{Budget{}, 1e9, 0},
	} {
		if got := c.budget.Wait(c.spent); got != c.want {
			t.Errorf("%v, %v spent: %v, want %v", c.budget, c.spent, got, c.want)
		}
	}
}

func TestRateLimitedError_says_when(t *testing.T) {
	for wait, want := range map[time.Duration]string{
		0: "1 second", time.Millisecond: "1 second", 1001 * time.Millisecond: "2 seconds", 2 * time.Minute: "120 seconds",
		121 * time.Second: "3 minutes", time.Hour: "60 minutes",
	} {
		err := &RateLimitedError{Limited: "Too much.", RetryAfter: wait}
		if got := err.Error(); got != "Too much. Try again in "+want+"." {
			t.Errorf("%v: %s", wait, got)
		}
	}
}
