package gatewaytest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
)

// ask sends a request without a body and returns the answer's status and text.
func ask(t testing.TB, method, url string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// readMetrics reads /metrics, which has to show that dry requests were counted.
func readMetrics(t testing.TB, url string) []byte {
	t.Helper()
	status, text := ask(t, http.MethodGet, url+"/metrics")
	if status != http.StatusOK || !strings.Contains(text, "keyward_dry_requests_total{") {
		t.Errorf("the metrics: %d\n%s", status, text)
	}
	return []byte(text)
}

// samples are what /metrics says, by name and labels.
func samples(t testing.TB, text string) map[string]float64 {
	t.Helper()
	all := map[string]float64{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all[line[:at]] = value
	}
	return all
}

// Of the program itself, on each database: the numbers move as they should, by no more.
func TestMetrics_count_what_happens(t *testing.T) {
	t.Parallel()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			d := NewDatabase(t, dialect)
			token := newToken(t, d)
			p := serve(t, flags(d, "--egress-allow", "127.0.0.0/8", "--dry-requests-per-host", "3+1")...)
			c := &Client{URL: p.url, Token: token}
			service, _ := counting(t, "127.0.0.1")
			read := func() map[string]float64 {
				_, text := ask(t, http.MethodGet, p.url+"/metrics")
				return samples(t, text)
			}
			before := read()
			want := map[string]float64{}
			for _, token := range []string{"right", "right", "wrong", "wrong"} {
				try(t, c, service, token)
			}
			try(t, c, "http://127.0.0.1:1", "right")
			if got := try(t, c, service, "right"); got != limited {
				t.Errorf("got %s", got)
			}
			const dry = `keyward_dry_requests_total{component="rest-api",outcome=%q,reason=%q}`
			want[fmt.Sprintf(dry, "ACCEPTED", "")] = 2
			want[fmt.Sprintf(dry, "REJECTED", "AUTH_REJECTED")] = 2
			want[fmt.Sprintf(dry, "UNAVAILABLE", "CONNECTION_REFUSED")] = 1
			want[`keyward_dry_request_duration_seconds_count{component="rest-api",outcome="ACCEPTED"}`] = 2
			want[`keyward_dry_request_duration_seconds_count{component="rest-api",outcome="REJECTED"}`] = 2
			want[`keyward_dry_request_duration_seconds_bucket{component="rest-api",outcome="UNAVAILABLE",le="+Inf"}`] = 1
			want[`keyward_rate_limited_total{limit="dry_requests_per_host"}`] = 1

			for _, authorization := range []string{"", "Bearer kw_none", "Basic a2V5OndhcmQ="} {
				ask(t, http.MethodPost, p.url+"/graphql", "Authorization", authorization)
			}
			want[`keyward_authentication_failures_total{reason="no_token"}`] = 2
			want[`keyward_authentication_failures_total{reason="unknown_token"}`] = 1
			want[`keyward_http_requests_total{method="POST",route="/graphql",status="200"}`] = 6
			want[`keyward_http_requests_total{method="POST",route="/graphql",status="401"}`] = 3
			want[`keyward_http_request_duration_seconds_count{method="POST",route="/graphql"}`] = 9

			for _, path := range []string{"/nothing/here", "/graphql/x", "/metrics/"} {
				ask(t, http.MethodGet, p.url+path)
			}
			want[`keyward_http_requests_total{method="GET",route="other",status="404"}`] = 3
			ask(t, "MADEUP", p.url+"/components/stripe/icon.svg")
			want[`keyward_http_requests_total{method="other",route="/components/{key}/icon.svg",status="405"}`] = 1
			ask(t, http.MethodHead, p.url+"/metrics")
			want[`keyward_http_requests_total{method="HEAD",route="/metrics",status="200"}`] = 1

			now := before
			eventually(t, "everything is counted", func() bool { // a request is counted after its answer
				now = read()
				for name, n := range want {
					if now[name]-before[name] < n {
						return false
					}
				}
				return true
			})
			for name, value := range now {
				mine := strings.HasPrefix(name, "keyward_") && !strings.Contains(name, "_bucket{") && !strings.Contains(name, "_sum{")
				if grew := value - before[name]; mine && grew != want[name] && !strings.Contains(name, `route="/metrics"`) && !strings.Contains(name, `route="/readyz"`) && !strings.Contains(name, "_count{") && !strings.Contains(name, "build_info") {
					t.Errorf("%s grew by %v, not %v", name, grew, want[name])
				}
			}
			pools := map[string][]string{"sqlite": {"sqlite_read", "sqlite_write"}, "postgres": {"postgres"}}[dialect]
			for _, pool := range pools {
				if n := now[fmt.Sprintf("go_sql_open_connections{db_name=%q}", pool)]; n < 1 {
					t.Errorf("%s has %v connections", pool, n)
				}
			}
			for _, name := range []string{"go_goroutines", "process_resident_memory_bytes", "process_start_time_seconds"} {
				if now[name] <= 0 {
					t.Errorf("%s is %v", name, now[name])
				}
			}
			if build := slices.DeleteFunc(slices.Collect(maps.Keys(now)), func(name string) bool {
				return !regexp.MustCompile(`^keyward_build_info\{go="go1\.[^"]+",version="development"\}$`).MatchString(name)
			}); len(build) != 1 || now[build[0]] != 1 {
				t.Errorf("%v", build)
			}
		})
	}
}

// However much somebody makes up, the labels stay the same few.
func TestMetrics_labels_are_few(t *testing.T) {
	t.Parallel()
	d := NewDatabase(t, "sqlite")
	g := New(t, d)
	before := 0
	for round := range 3 {
		var heard Buffer
		token := g.Client(t, "OWNER").Token
		(&planter{t: t, url: g.URL, token: token, upstream: hostile(t), heard: &heard}).plant()
		for i := range 20 {
			made := fmt.Sprintf("%s%d-%d", strings.ToUpper(canary), round, i)
			ask(t, made, g.URL+"/"+made)
			ask(t, http.MethodGet, g.URL+"/components/"+made+"/icon.svg")
			ask(t, http.MethodPut, g.URL+"/assets/"+made+"?"+made, "Authorization", "Bearer "+made)
		}
		text := readMetrics(t, g.URL)
		scan(t, "the metrics", text, false)
		lines := bytes.Count(text, []byte("\n"))
		if round == 2 && lines != before {
			t.Errorf("%d lines, before %d", lines, before)
		}
		before = lines
	}
}

// Who may read them: this machine itself, or with a token whoever sends it.
func TestMetrics_are_not_for_everybody(t *testing.T) {
	t.Parallel()
	const secret = "correct-horse-battery"
	for name, c := range map[string]struct {
		env, args []string
		headers   []string
		want      int
		says      string
	}{
		"this machine":                 {want: http.StatusOK, says: "go_goroutines"},
		"a proxy on it":                {headers: []string{"X-Forwarded-For", "192.0.2.1"}, want: http.StatusNotFound, says: "--metrics-token"},
		"served elsewhere":             {args: []string{"--base-url", "https://keyward.example.com"}, want: http.StatusNotFound, says: "--metrics-token"},
		"without the token":            {args: []string{"--metrics-token", secret}, want: http.StatusUnauthorized, says: "Authorization: Bearer"},
		"with the token":               {args: []string{"--metrics-token", secret}, headers: []string{"Authorization", "Bearer " + secret}, want: http.StatusOK, says: "go_goroutines"},
		"with the token from anywhere": {env: []string{"KEYWARD_METRICS_TOKEN=" + secret}, args: []string{"--base-url", "https://keyward.example.com"}, headers: []string{"Authorization", "Bearer " + secret, "X-Forwarded-For", "192.0.2.1"}, want: http.StatusOK, says: "go_goroutines"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := launchServe(t, c.env, flags(NewDatabase(t, "sqlite"), c.args...)...)
			p.ready(t)
			status, text := ask(t, http.MethodGet, p.url+"/metrics", c.headers...)
			if status != c.want || !strings.Contains(text, c.says) || strings.Contains(text, secret) {
				t.Errorf("%d %.300s", status, text)
			}
			if logged := p.stderr.String(); strings.Contains(logged, secret) {
				t.Errorf("it is in the log: %s", logged)
			}
		})
	}
}
