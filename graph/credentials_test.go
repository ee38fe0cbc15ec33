package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// upstream is a REST API of the test's own: it accepts the bearer token that good holds, and counts who asks.
type upstream struct {
	*httptest.Server
	good  atomic.Value
	asked atomic.Int64
	seen  atomic.Value
}

func newUpstream(t *testing.T, good string) *upstream {
	t.Helper()
	u := &upstream{}
	u.good.Store(good)
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.asked.Add(1)
		u.seen.Store(r.Header.Get("Authorization"))
		switch u.good.Load() {
		case "down":
			w.WriteHeader(http.StatusBadGateway)
		case strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "):
			w.WriteHeader(http.StatusOK)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(u.Close)
	return u
}

func bearer(url, token string) []Vars {
	return []Vars{{"key": "testUrl", "value": url}, {"key": "token", "value": token}}
}

// create saves a bearer credential of the REST API component and returns its id.
func create(t *testing.T, c *Client, name, url, token string) string {
	t.Helper()
	data := c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "name": name, "fields": bearer(url, token)}})
	id := data.Text("createCredential.credential.id")
	if id == "" {
		t.Fatalf("not created: %v", data)
	}
	return id
}

func TestCreateCredential_refuses_bad_input_with_every_issue_at_once(t *testing.T) {
	long := strings.Repeat("x", 64<<10+1)
	petstore := func(fields ...Vars) Vars {
		return Vars{"componentId": "cmp_petstore", "fields": append([]Vars{}, fields...)}
	}
	postgres := func(change Vars) Vars {
		values := Vars{"host": "db.example.com", "port": "5432", "database": "d", "user": "u", "password": "p", "sslMode": "verify-full"}
		var fields []Vars
		for key, value := range change {
			values[key] = value
		}
		for key, value := range values {
			fields = append(fields, Vars{"key": key, "value": value})
		}
		return Vars{"componentId": "cmp_postgresql", "fields": fields}
	}
	with := func(input Vars, key string, value any) Vars {
		input[key] = value
		return input
	}
	cases := map[string]struct {
		input Vars
		want  []string // type, then the issues' paths
	}{
		"unknown component":            {Vars{"componentId": "cmp_nope", "fields": []Vars{}}, []string{"NotFoundError"}},
		"garbage component id":         {Vars{"componentId": "a\x00'; --", "fields": []Vars{}}, []string{"NotFoundError"}},
		"unknown method":               {Vars{"componentId": "cmp_petstore", "authMethod": "x", "fields": []Vars{}}, []string{"ValidationError", "authMethod"}},
		"component without any":        {Vars{"componentId": "cmp_filter", "fields": []Vars{}}, []string{"ValidationError", "componentId"}},
		"missing required":             {petstore(), []string{"ValidationError", "fields.apiKey"}},
		"null for required":            {petstore(Vars{"key": "apiKey", "value": nil}), []string{"ValidationError", "fields.apiKey"}},
		"empty for required":           {petstore(Vars{"key": "apiKey", "value": ""}), []string{"ValidationError", "fields.apiKey"}},
		"no value":                     {petstore(Vars{"key": "apiKey"}), []string{"ValidationError", "fields.apiKey"}},
		"wrong type":                   {petstore(Vars{"key": "apiKey", "value": true}), []string{"ValidationError", "fields.apiKey"}},
		"a list for a text":            {petstore(Vars{"key": "apiKey", "value": []string{"secret"}}), []string{"ValidationError", "fields.apiKey"}},
		"unknown field":                {petstore(Vars{"key": "apiKey", "value": "secret"}, Vars{"key": "nope", "value": "x"}), []string{"ValidationError", "fields.nope"}},
		"given twice":                  {petstore(Vars{"key": "apiKey", "value": "secret"}, Vars{"key": "apiKey", "value": "secret"}), []string{"ValidationError", "fields.apiKey"}},
		"over 64 KiB":                  {petstore(Vars{"key": "apiKey", "value": long}), []string{"ValidationError", "fields.apiKey"}},
		"NUL":                          {petstore(Vars{"key": "apiKey", "value": "a\x00b"}), []string{"ValidationError", "fields.apiKey"}},
		"NUL in the name":              {with(petstore(Vars{"key": "apiKey", "value": "secret"}), "name", "a\x00b"), []string{"ValidationError", "name"}},
		"NUL in a tag":                 {with(petstore(Vars{"key": "apiKey", "value": "secret"}), "tags", []string{"ok", "a\x00b"}), []string{"ValidationError", "tags.1"}},
		"NUL in the idempotency key":   {with(petstore(Vars{"key": "apiKey", "value": "secret"}), "idempotencyKey", "\x00"), []string{"ValidationError", "idempotencyKey"}},
		"empty idempotency key":        {with(petstore(Vars{"key": "apiKey", "value": "secret"}), "idempotencyKey", ""), []string{"ValidationError", "idempotencyKey"}},
		"a name of 201 characters":     {with(petstore(Vars{"key": "apiKey", "value": "secret"}), "name", strings.Repeat("é", 201)), []string{"ValidationError", "name"}},
		"not among the options":        {postgres(Vars{"sslMode": "prefer"}), []string{"ValidationError", "fields.sslMode"}},
		"a port that is none":          {postgres(Vars{"port": 70000}), []string{"ValidationError", "fields.port"}},
		"a URL for a host":             {postgres(Vars{"host": "https://db.example.com/x"}), []string{"ValidationError", "fields.host"}},
		"a pattern missed":             {Vars{"componentId": "cmp_mailchimp", "fields": []Vars{{"key": "apiKey", "value": "no data centre"}}}, []string{"ValidationError", "fields.apiKey"}},
		"a password in a public URL":   {Vars{"componentId": "cmp_rest-api", "authMethod": "none", "fields": []Vars{{"key": "testUrl", "value": "https://u:p@example.com/"}}}, []string{"ValidationError", "fields.testUrl"}},
		"a query in a public URL":      {Vars{"componentId": "cmp_rest-api", "authMethod": "none", "fields": []Vars{{"key": "testUrl", "value": "https://example.com/?key=1"}}}, []string{"ValidationError", "fields.testUrl"}},
		"an unknown flow to link to":   {with(petstore(Vars{"key": "apiKey", "value": "secret"}), "linkTo", Vars{"flowId": "flow_x", "stepKey": "s"}), []string{"NotFoundError"}},
		"several things, told at once": {with(petstore(Vars{"key": "nope", "value": 1}), "name", "\x00"), []string{"ValidationError", "name", "fields.nope", "fields.apiKey"}},
	}
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		for name, tc := range cases {
			t.Run(name, func(t *testing.T) {
				data := c.Must(t, CreateCredential, Vars{"input": tc.input})
				got := []string{data.Text("createCredential.__typename")}
				for i := range data.Len("createCredential.issues") {
					path, _ := data.At(fmt.Sprintf("createCredential.issues.%d.path", i)).([]any)
					got = append(got, strings.Trim(strings.ReplaceAll(fmt.Sprint(path), " ", "."), "[]"))
				}
				if fmt.Sprint(got) != fmt.Sprint(tc.want) {
					t.Errorf("got %v, want %v: %v", got, tc.want, data)
				}
			})
		}
		if n := c.Must(t, `{ credentials { totalCount } }`, nil).Int("credentials.totalCount"); n != 0 {
			t.Errorf("%d rows were saved", n)
		}
	})
}

func TestCreateCredential_links_a_step(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		flow := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{
			{"key": "pets", "componentId": "cmp_petstore"}, {"key": "crm", "componentId": "cmp_pipedrive"},
		}}}).Text("createFlow.flow.id")
		input := func(step string) Vars {
			return Vars{"input": Vars{
				"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}},
				"linkTo": Vars{"flowId": flow, "stepKey": step},
			}}
		}
		if data := c.Must(t, CreateCredential, input("nope")); data.Text("createCredential.__typename") != "NotFoundError" || fmt.Sprint(data.At("createCredential.path")) != "[linkTo stepKey]" {
			t.Errorf("an unknown step: %v", data)
		}
		mismatch := c.Must(t, CreateCredential, input("crm"))
		if mismatch.Text("createCredential.__typename") != "ComponentMismatchError" ||
			mismatch.Text("createCredential.expected.key") != "pipedrive" || mismatch.Text("createCredential.actual.key") != "petstore" {
			t.Errorf("another component's step: %v", mismatch)
		}
		if n := c.Must(t, `{ credentials { totalCount } }`, nil).Int("credentials.totalCount"); n != 0 {
			t.Fatalf("%d rows were saved", n)
		}
		saved := c.Must(t, CreateCredential, input("pets")).Text("createCredential.credential.id")
		linked := c.Must(t, `query($id: ID!) { flow(id: $id) { version steps { credential { id } } } }`, Vars{"id": flow})
		if linked.Text("flow.steps.0.credential.id") != saved || linked.Int("flow.version") != 2 {
			t.Errorf("linked: %v", linked)
		}
	})
}

func TestCreateCredential_saves_unverified_only_on_request(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		up := newUpstream(t, "down")
		input := Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "fields": bearer(up.URL, "t")}
		refused := c.Must(t, CreateCredential, Vars{"input": input})
		if refused.Text("createCredential.verification.outcome") != "UNAVAILABLE" {
			t.Fatalf("%v", refused)
		}
		input["saveUnverified"] = true
		saved := c.Must(t, CreateCredential, Vars{"input": input})
		if saved.Text("createCredential.credential.status") != "UNVERIFIED" || saved.Text("createCredential.credential.lastVerification.outcome") != "UNAVAILABLE" {
			t.Errorf("%v", saved)
		}
		up.good.Store("other")
		rejected := c.Must(t, CreateCredential, Vars{"input": input})
		if rejected.Text("createCredential.verification.outcome") != "REJECTED" {
			t.Errorf("a rejected one was saved: %v", rejected)
		}
	})
}

func TestCreateCredential_is_idempotent_by_key(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		up := newUpstream(t, "token-1")
		input := Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "fields": bearer(up.URL, "token-1"), "idempotencyKey": "k"}
		var wg sync.WaitGroup
		ids := make([]string, 8)
		for i := range ids {
			wg.Go(func() {
				ids[i] = c.Must(t, CreateCredential, Vars{"input": input}).Text("createCredential.credential.id")
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Fatalf("eight calls at once saved %v", ids)
			}
		}
		before := up.asked.Load()
		if again := c.Must(t, CreateCredential, Vars{"input": input}).Text("createCredential.credential.id"); again != ids[0] || up.asked.Load() != before {
			t.Errorf("again gave %s and asked the upstream %d times", again, up.asked.Load()-before)
		}
		other := Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "fields": bearer(up.URL, "token-2"), "idempotencyKey": "k"}
		if data := c.Must(t, CreateCredential, Vars{"input": other}); data.Text("createCredential.__typename") != "IdempotencyKeyReusedError" {
			t.Errorf("another input: %v", data)
		}
		if second := g.Client(t, models.RoleEditor).Must(t, CreateCredential, Vars{"input": input}).Text("createCredential.credential.id"); second == ids[0] || second == "" {
			t.Errorf("another caller's key is a key of its own: %s", second)
		}
		c.Must(t, DeleteCredential, Vars{"input": Vars{"id": ids[0]}})
		if data := c.Must(t, CreateCredential, Vars{"input": input}); data.Text("createCredential.__typename") != "NotFoundError" {
			t.Errorf("deleted since: %v", data)
		}
	})
}

func TestCreateCredential_forgets_an_idempotency_key_after_a_day(t *testing.T) {
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			var hours atomic.Int64
			d := NewDatabase(t, dialect)
			d.Now = func() time.Time { return time.Now().Add(time.Duration(hours.Load()) * time.Hour) }
			c := New(t, d).Client(t, models.RoleEditor)
			save := func() string {
				return c.Must(t, CreateCredential, Vars{"input": Vars{
					"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}, "idempotencyKey": "k",
				}}).Text("createCredential.credential.id")
			}
			first := save()
			if hours.Store(23); save() != first {
				t.Error("forgotten after 23 hours")
			}
			if hours.Store(25); save() == first {
				t.Error("remembered after 25 hours")
			}
		})
	}
}

func TestUpdateCredential(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		up := newUpstream(t, "first-token")
		id := create(t, c, "api", up.URL+"/a", "first-token")
		version := 1
		update := func(t *testing.T, change Vars) Object {
			t.Helper()
			input := Vars{"id": id, "expectedVersion": version}
			for key, value := range change {
				input[key] = value
			}
			data := c.Must(t, UpdateCredential, Vars{"input": input})
			if v := data.Int("updateCredential.credential.version"); v > 0 {
				version = v
			}
			return data
		}

		t.Run("a name alone asks nobody", func(t *testing.T) {
			before := up.asked.Load()
			data := update(t, Vars{"name": "renamed"})
			if data.Text("updateCredential.credential.name") != "renamed" || version != 2 || up.asked.Load() != before {
				t.Errorf("%v, asked %d times", data, up.asked.Load()-before)
			}
		})
		t.Run("an old version is a conflict that tells the current one", func(t *testing.T) {
			data := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "name": "x"}})
			if data.Text("updateCredential.__typename") != "ConflictError" || data.Int("updateCredential.currentVersion") != version {
				t.Errorf("%v", data)
			}
		})
		t.Run("the same values ask nobody", func(t *testing.T) {
			before := up.asked.Load()
			update(t, Vars{"fields": bearer(up.URL+"/a", "first-token")})
			if up.asked.Load() != before {
				t.Error("the upstream was asked")
			}
		})
		t.Run("a wrong secret is refused and the old one stays", func(t *testing.T) {
			data := update(t, Vars{"fields": []Vars{{"key": "token", "value": "wrong"}}})
			if data.Text("updateCredential.verification.outcome") != "REJECTED" {
				t.Fatalf("%v", data)
			}
			verified := c.Must(t, `mutation($id: ID!) { verifyCredential(input: {id: $id}) { ... on VerifyCredentialSuccess { verification { outcome } } } }`, Vars{"id": id})
			if verified.Text("verifyCredential.verification.outcome") != "ACCEPTED" {
				t.Errorf("%v", verified)
			}
		})
		t.Run("a new secret is verified and saved", func(t *testing.T) {
			up.good.Store("second-token")
			data := update(t, Vars{"fields": []Vars{{"key": "token", "value": "second-token"}}})
			if data.Text("updateCredential.credential.status") != "VERIFIED" || up.seen.Load() != "Bearer second-token" {
				t.Errorf("%v", data)
			}
		})
		t.Run("a changed destination wants every secret again", func(t *testing.T) {
			thief := newUpstream(t, "second-token")
			before := thief.asked.Load()
			data := update(t, Vars{"fields": []Vars{{"key": "testUrl", "value": thief.URL}}})
			if data.Text("updateCredential.issues.0.path.1") != "token" {
				t.Errorf("%v", data)
			}
			if thief.asked.Load() != before {
				t.Error("the stored secret was sent to the new host")
			}
			data = update(t, Vars{"fields": bearer(thief.URL, "second-token")})
			if data.Text("updateCredential.credential.status") != "VERIFIED" {
				t.Errorf("typed again: %v", data)
			}
		})
		t.Run("tags are replaced, or kept where none are given", func(t *testing.T) {
			data := update(t, Vars{"tags": []string{"b", "a", "b"}})
			if fmt.Sprint(data.At("updateCredential.credential.tags")) != "[a b]" {
				t.Errorf("%v", data)
			}
			if data = update(t, Vars{"name": "again"}); fmt.Sprint(data.At("updateCredential.credential.tags")) != "[a b]" {
				t.Errorf("%v", data)
			}
			if data = update(t, Vars{"tags": []string{}}); data.Len("updateCredential.credential.tags") != 0 {
				t.Errorf("%v", data)
			}
		})
	})
}

// Two people edit at once: one is told, nothing is mixed.
func TestUpdateCredential_lets_one_of_two_at_once_win(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		id := c.Petstore(t, "one")
		var won atomic.Int64
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				data := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "name": fmt.Sprint("name ", i)}})
				if data.Text("updateCredential.__typename") == "UpdateCredentialSuccess" {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d won", won.Load())
		}
	})
}

func TestCredentials_filter(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		up := newUpstream(t, "t")
		input := Vars{"componentId": "cmp_rest-api", "authMethod": "bearer", "name": "Käse 100%_\\", "fields": bearer(up.URL, "t"), "tags": []string{"prod", "eu"}}
		c.Must(t, CreateCredential, Vars{"input": input})
		used := c.Petstore(t, "used")
		c.Flow(t, "F", used)
		up.good.Store("other")
		other := create(t, c, "plain", up.URL, "other")
		up.good.Store("changed")
		c.Must(t, `mutation($id: ID!) { verifyCredential(input: {id: $id}) { __typename } }`, Vars{"id": other})
		for name, tc := range map[string]struct {
			filter Vars
			want   string
		}{
			"none":                     {Vars{}, "Käse 100%_\\,plain,used"},
			"component":                {Vars{"componentId": "cmp_petstore"}, "used"},
			"an empty one":             {Vars{"componentId": ""}, ""},
			"a garbage one":            {Vars{"componentId": "cmp\x00"}, ""},
			"an unknown one":           {Vars{"componentId": "cmp_nope"}, ""},
			"status":                   {Vars{"status": []string{"REJECTED"}}, "plain"},
			"search in any case":       {Vars{"search": "KÄSE"}, "Käse 100%_\\"},
			"search for a percent":     {Vars{"search": "0%_"}, "Käse 100%_\\"},
			"search for a backslash":   {Vars{"search": "\\"}, "Käse 100%_\\"},
			"a percent is no wildcard": {Vars{"search": "u%d"}, ""},
			"one tag":                  {Vars{"tags": []string{"prod"}}, "Käse 100%_\\"},
			"a tag with blanks":        {Vars{"tags": []string{" prod "}}, "Käse 100%_\\"},
			"all tags":                 {Vars{"tags": []string{"eu", "prod"}}, "Käse 100%_\\"},
			"a tag it lacks":           {Vars{"tags": []string{"eu", "us"}}, ""},
			"unused":                   {Vars{"unused": true}, "Käse 100%_\\,plain"},
		} {
			t.Run(name, func(t *testing.T) {
				data := c.Must(t, `query($filter: CredentialFilter) { credentials(filter: $filter) { nodes { name } totalCount } }`, Vars{"filter": tc.filter})
				var names []string
				for i := range data.Len("credentials.nodes") {
					names = append(names, data.Text(fmt.Sprintf("credentials.nodes.%d.name", i)))
				}
				if got := strings.Join(names, ","); got != tc.want || data.Int("credentials.totalCount") != len(names) {
					t.Errorf("got %q of %d", got, data.Int("credentials.totalCount"))
				}
			})
		}
	})
}

// Hints exist only for long keys that a vendor made; a value comes back only where it is public.
func TestCredential_shows_no_secret(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		up := newUpstream(t, "short")
		id := create(t, c, "api", up.URL, "short")
		data := c.Must(t, `query($id: ID!) { credential(id: $id) { fields { key secret isSet value hint } } }`, Vars{"id": id})
		for i := range data.Len("credential.fields") {
			at := func(field string) any { return data.At(fmt.Sprintf("credential.fields.%d.%s", i, field)) }
			switch at("key") {
			case "testUrl":
				if at("value") != up.URL || at("secret") != false {
					t.Errorf("%v", data)
				}
			case "token":
				if at("value") != nil || at("hint") != nil || at("secret") != true || at("isSet") != true {
					t.Errorf("%v", data)
				}
			}
		}
		// Mailchimp can't be asked here; the key is long and the vendor's, so its end is a hint.
		mailchimp := c.Must(t, CreateCredential, Vars{"input": Vars{
			"componentId": "cmp_mailchimp", "saveUnverified": true,
			"fields": []Vars{{"key": "apiKey", "value": " 0123456789abcdef0123456789abcdef-us6\n"}},
		}})
		if got := mailchimp.Text("createCredential.credential.fields.0.hint"); got != "-us6" {
			t.Errorf("hint %q: %v", got, mailchimp)
		}
	})
}

func TestVerifyCredential_changes_the_status_only_for_a_yes_or_a_no(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		up := newUpstream(t, "t")
		id := create(t, c, "api", up.URL, "t")
		for _, step := range []struct{ upstream, outcome, status string }{
			{"down", "UNAVAILABLE", "VERIFIED"}, {"other", "REJECTED", "REJECTED"}, {"down", "UNAVAILABLE", "REJECTED"}, {"t", "ACCEPTED", "VERIFIED"},
		} {
			up.good.Store(step.upstream)
			data := c.Must(t, `mutation($id: ID!) { verifyCredential(input: {id: $id}) { ... on VerifyCredentialSuccess {
				verification { outcome } credential { status version lastVerification { outcome } } } } }`, Vars{"id": id})
			got := [3]string{data.Text("verifyCredential.verification.outcome"), data.Text("verifyCredential.credential.status"), data.Text("verifyCredential.credential.lastVerification.outcome")}
			if got != [3]string{step.outcome, step.status, step.outcome} || data.Int("verifyCredential.credential.version") != 1 {
				t.Errorf("upstream %s: %v", step.upstream, data)
			}
		}
		for range 55 {
			c.Must(t, `mutation($id: ID!) { verifyCredential(input: {id: $id}) { __typename } }`, Vars{"id": id})
		}
		data := c.Must(t, `query($id: ID!) { credential(id: $id) { verifications(first: 50) { outcome } newest: verifications(first: 1) { outcome } } }`, Vars{"id": id})
		if data.Len("credential.verifications") != 50 || data.Len("credential.newest") != 1 {
			t.Errorf("%d kept", data.Len("credential.verifications"))
		}
		kept, err := g.Store.Verifications(context.Background(), g.Workspace, []string{id}, 1000)
		if err != nil || len(kept[id]) != 50 {
			t.Errorf("%d rows, %v", len(kept[id]), err)
		}
	})
}

func TestCheckCredential_saves_nothing(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		for value, outcome := range map[string]string{"secret": "ACCEPTED", "wrong": "REJECTED"} {
			data := c.Must(t, `mutation($v: FieldValue) { checkCredential(input: {componentId: "cmp_petstore", fields: [{key: "apiKey", value: $v}]}) {
				... on CheckCredentialSuccess { verification { outcome } } } }`, Vars{"v": value})
			if data.Text("checkCredential.verification.outcome") != outcome {
				t.Errorf("%s: %v", value, data)
			}
		}
		if n := c.Must(t, `{ credentials { totalCount } }`, nil).Int("credentials.totalCount"); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}
