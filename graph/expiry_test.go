package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// eachClock runs a test on a gateway of each dialect whose clock can be set ahead.
func eachClock(t *testing.T, run func(t *testing.T, g *Gateway, ahead *time.Duration)) {
	t.Helper()
	for _, dialect := range Dialects {
		t.Run(dialect, func(t *testing.T) {
			ahead, d := new(time.Duration), NewDatabase(t, dialect)
			d.Now = func() time.Time { return time.Now().Add(*ahead) }
			run(t, New(t, d), ahead)
		})
	}
}

func in(d time.Duration) string {
	return time.Now().Add(d).UTC().Truncate(time.Second).Format(time.RFC3339)
}

const endAndStatus = `query($id: ID!) { it: credential(id: $id) { expiresAt status version } }`

// ending saves a Petstore credential with an end.
func ending(t *testing.T, c *Client, name, expiresAt string) string {
	t.Helper()
	data := c.Must(t, CreateCredential, Vars{"input": Vars{
		"componentId": "cmp_petstore", "name": name, "expiresAt": expiresAt, "fields": []Vars{{"key": "apiKey", "value": "secret"}},
	}})
	if data.Text("createCredential.credential.status") != "VERIFIED" {
		t.Fatalf("%v", data)
	}
	return data.Text("createCredential.credential.id")
}

// Once a credential's end has passed it is EXPIRED, wherever one looks, and serves no flow.
func TestExpiry(t *testing.T) {
	eachClock(t, func(t *testing.T, g *Gateway, ahead *time.Duration) {
		c := g.Client(t, models.RoleOwner)
		forever, end := c.Petstore(t, "forever"), in(time.Hour)
		credential := ending(t, c, "ends", end)
		active, idle, other := c.Flow(t, "active", credential), c.Flow(t, "idle", credential), c.Flow(t, "other", forever)
		c.Activate(t, active)
		c.Activate(t, other)
		const everywhere = `query($id: ID!) { one: credential(id: $id) { ...C } node(id: $id) { ...C } component(key: "petstore") { credentials { nodes { ...C } } }
			verified: credentials(filter: {status: [VERIFIED]}) { totalCount nodes { ...C } } expired: credentials(filter: {status: [EXPIRED, REJECTED]}) { totalCount nodes { ...C } }
			flows { nodes { status problems { kind } steps { credential { ...C } } } } }
			fragment C on Credential { name status expiresAt }`
		look := func() string {
			data := c.Must(t, everywhere, Vars{"id": credential})
			return fmt.Sprint(data.Text("one.status"), " ", data.Text("node.status"), " ", data.Text("component.credentials.nodes.0.status"), " ", data.Text("component.credentials.nodes.1.status"), " ",
				data.Int("verified.totalCount"), data.Int("expired.totalCount"), " ", data.Text("expired.nodes.0.name"), " ",
				data.Text("flows.nodes.0.status"), data.At("flows.nodes.0.problems"), data.At("flows.nodes.1.problems"), data.At("flows.nodes.2.problems"), " ", data.Text("flows.nodes.0.steps.0.credential.status"), " ", data.Text("one.expiresAt"))
		}
		before := "VERIFIED VERIFIED VERIFIED VERIFIED 2 0  ACTIVE[] [] [] VERIFIED " + end
		after := "EXPIRED EXPIRED EXPIRED VERIFIED 1 1 ends ACTIVE[map[kind:CREDENTIAL_EXPIRED]] [map[kind:CREDENTIAL_EXPIRED]] [] EXPIRED " + end
		*ahead = time.Hour - 10*time.Second
		if got := look(); got != before {
			t.Errorf("before its end:\n%s instead of\n%s", got, before)
		}
		*ahead = time.Hour + time.Second
		if got := look(); got != after {
			t.Errorf("after its end:\n%s instead of\n%s", got, after)
		}
		for name, answer := range map[string]Object{
			"activate":     c.Must(t, ActivateFlow, Vars{"input": Vars{"id": idle}}),
			"link":         c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": other, "stepKey": "pets", "credentialId": credential}}),
			"updateFlow":   c.Must(t, UpdateFlow, Vars{"input": Vars{"id": other, "expectedVersion": 1, "steps": []Vars{step("pets", "cmp_petstore", "credentialId", credential)}}}),
			"replace with": c.Must(t, `mutation($input: ReplaceCredentialInput!) { r: replaceCredential(input: $input) { __typename ... on FlowNotActivatableError { problems { kind } } } }`, Vars{"input": Vars{"fromId": forever, "toId": credential}}),
		} {
			if text := fmt.Sprint(answer); !strings.Contains(text, "FlowNotActivatableError") || !strings.Contains(text, "CREDENTIAL_EXPIRED") {
				t.Errorf("%s: %v", name, answer)
			}
		}
		status, answer, _ := g.Client(t, models.RoleRuntime).Post(t, "/runtime/leases", Vars{"flowId": active, "stepKey": "pets"})
		if status != http.StatusConflict || answer.Text("errors.0.extensions.code") != "FLOW_NOT_ACTIVATABLE" || answer.At("values") != nil {
			t.Errorf("a lease: %d %v", status, answer.Text("errors.0.extensions.code"))
		}
		// A dry request that is still accepted does not bring it back; nor does an edit of something else.
		if got := c.Must(t, VerifyCredential, Vars{"input": Vars{"id": credential}}); got.Text("verifyCredential.verification.outcome") != "ACCEPTED" || got.Text("verifyCredential.credential.status") != "EXPIRED" {
			t.Errorf("%v", got)
		}
		renamed := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": credential, "expectedVersion": 1, "name": "ended", "expiresAt": end}})
		if renamed.Text("updateCredential.credential.status") != "EXPIRED" || renamed.Text("updateCredential.credential.name") != "ended" {
			t.Errorf("a form that sends its old end along: %v", renamed)
		}
		c.Must(t, UpdateCredential, Vars{"input": Vars{"id": credential, "expectedVersion": 2, "expiresAt": in(3 * time.Hour)}})
		if status, answer, _ := g.Client(t, models.RoleRuntime).Post(t, "/runtime/leases", Vars{"flowId": active, "stepKey": "pets"}); status != http.StatusOK {
			t.Errorf("a lease with a new end: %d %v", status, answer)
		}
		c.Activate(t, idle)
	})
}

// A new end is set without asking anybody, and told in the audit.
func TestExpiry_is_edited(t *testing.T) {
	eachClock(t, func(t *testing.T, g *Gateway, ahead *time.Duration) {
		c := auditor{g.Client(t, models.RoleOwner)}
		up := newUpstream(t, "t")
		id := create(t, c.Client, "C", up.URL, "t")
		asked := up.asked.Load()
		soon, later := in(time.Hour), in(48*time.Hour)
		for _, tc := range []struct {
			what         string
			change       Vars
			end, outcome string
			version      int
			asks         int64
		}{
			{"set", Vars{"expiresAt": soon}, soon, "UpdateCredentialSuccess", 2, 0},
			{"the same in another zone", Vars{"expiresAt": strings.Replace(soon, "Z", "+00:00", 1)}, soon, "UpdateCredentialSuccess", 2, 0},
			{"omitted", Vars{"name": "D"}, soon, "UpdateCredentialSuccess", 3, 0},
			{"passed", Vars{"expiresAt": in(-time.Second)}, soon, "ValidationError", 3, 0},
			{"passed, with new values", Vars{"expiresAt": in(-time.Second), "fields": bearer(up.URL, "other")}, soon, "ValidationError", 3, 0},
			{"no moment", Vars{"expiresAt": "tomorrow"}, soon, "", 3, 0},
			{"moved", Vars{"expiresAt": later}, later, "UpdateCredentialSuccess", 4, 0},
			{"removed", Vars{"expiresAt": nil}, "", "UpdateCredentialSuccess", 5, 0},
			{"removed again", Vars{"expiresAt": nil}, "", "UpdateCredentialSuccess", 5, 0},
			{"with a new token", Vars{"expiresAt": later, "fields": []Vars{{"key": "token", "value": "u"}}}, later, "UpdateCredentialSuccess", 6, 1},
		} {
			if tc.what == "with a new token" {
				up.good.Store("u")
			}
			input := Vars{"id": id, "expectedVersion": c.Must(t, endAndStatus, Vars{"id": id}).Int("it.version")}
			for key, value := range tc.change {
				input[key] = value
			}
			response := c.Do(t, UpdateCredential, Vars{"input": input})
			if got := response.Data.Text("updateCredential.__typename"); got != tc.outcome || (got == "") != (response.Code() == "BAD_REQUEST") {
				t.Errorf("%s: %s", tc.what, response.Raw)
			}
			if tc.outcome == "ValidationError" && fmt.Sprint(response.Data.At("updateCredential.issues.0.path")) != "[expiresAt]" {
				t.Errorf("%s: %s", tc.what, response.Raw)
			}
			now := c.Must(t, endAndStatus, Vars{"id": id})
			if now.Text("it.expiresAt") != tc.end || now.Int("it.version") != tc.version {
				t.Errorf("%s: %v", tc.what, now)
			}
			if n := up.asked.Load() - asked; n != tc.asks {
				t.Errorf("%s: %d dry requests", tc.what, n)
			}
		}
		var details []string
		for _, event := range c.events(t, Vars{"actions": []string{"CREDENTIAL_UPDATED"}}) {
			details = append(details, event.detail)
		}
		if got, want := strings.Join(details, "; "), "expiresAt; name; expiresAt; expiresAt; expiresAt, fields.token, ACCEPTED"; got != want {
			t.Errorf("the audit tells %q instead of %q", got, want)
		}
		// New values keep the end that there is.
		*ahead = 49 * time.Hour
		up.good.Store("v")
		data := c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 6, "fields": []Vars{{"key": "token", "value": "v"}}}})
		if data.Text("updateCredential.credential.status") != "EXPIRED" || c.Must(t, endAndStatus, Vars{"id": id}).Text("it.expiresAt") != later {
			t.Errorf("%v", data)
		}
		data = c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 7, "expiresAt": nil}})
		if data.Text("updateCredential.credential.status") != "VERIFIED" {
			t.Errorf("%v", data)
		}
	})
}

func TestExpiry_is_created(t *testing.T) {
	eachClock(t, func(t *testing.T, g *Gateway, ahead *time.Duration) {
		c := g.Client(t, models.RoleOwner)
		input := func(change Vars) Vars {
			all := Vars{"componentId": "cmp_petstore", "name": "C", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}
			for key, value := range change {
				all[key] = value
			}
			return Vars{"input": all}
		}
		passed := c.Must(t, CreateCredential, input(Vars{"expiresAt": in(-time.Second), "fields": []Vars{}}))
		if passed.Text("createCredential.__typename") != "ValidationError" || fmt.Sprint(passed.At("createCredential.issues.0.path"), passed.At("createCredential.issues.1.path")) != "[expiresAt] [fields apiKey]" {
			t.Errorf("%v", passed)
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials"); n != 0 {
			t.Errorf("%d rows were saved", n)
		}
		id := ending(t, c, "fine", "2999-12-31T23:59:59.123456789+02:00")
		if got := c.Must(t, endAndStatus, Vars{"id": id}).Text("it.expiresAt"); got != "2999-12-31T21:59:59.123456Z" {
			t.Error(got)
		}

		// The end is part of what an idempotency key stands for, also after it has passed.
		end := in(time.Hour)
		first := c.Must(t, CreateCredential, input(Vars{"idempotencyKey": "k", "expiresAt": end})).Text("createCredential.credential.id")
		for _, other := range []Vars{{"expiresAt": in(2 * time.Hour)}, {"expiresAt": nil}, {}} {
			other["idempotencyKey"] = "k"
			if again := c.Must(t, CreateCredential, input(other)); again.Text("createCredential.__typename") != "IdempotencyKeyReusedError" {
				t.Errorf("%v: %v", other, again)
			}
		}
		*ahead = 2 * time.Hour
		again := c.Must(t, CreateCredential, input(Vars{"idempotencyKey": "k", "expiresAt": end}))
		if again.Text("createCredential.credential.id") != first || again.Text("createCredential.credential.status") != "EXPIRED" {
			t.Errorf("%v", again)
		}
	})
}

func TestExpiry_is_filtered(t *testing.T) {
	eachClock(t, func(t *testing.T, g *Gateway, ahead *time.Duration) {
		c := g.Client(t, models.RoleOwner)
		theirs := g.ClientOf(t, g.NewWorkspace(t, "theirs"), models.RoleOwner)
		ending(t, theirs, "theirs", in(time.Hour))
		c.Petstore(t, "never")
		day := 24 * time.Hour
		base := time.Now().Add(10 * day).UTC().Truncate(time.Second)
		at := func(d time.Duration) string { return base.Add(d).Format(time.RFC3339Nano) }
		ending(t, c, "1 an hour", in(time.Hour))
		ending(t, c, "2 at", at(0))
		ending(t, c, "3 half a second later", at(500*time.Millisecond))
		ending(t, c, "4 a second later", at(time.Second))
		*ahead = 2 * time.Hour // the first one has passed
		for before, want := range map[string]string{
			at(-11 * day): "", at(0): "1", at(time.Microsecond): "1 2", at(500 * time.Millisecond): "1 2", at(510 * time.Millisecond): "1 2 3", at(time.Second): "1 2 3",
			at(2 * time.Second): "1 2 3 4", "2999-01-01T00:00:00+02:00": "1 2 3 4",
		} {
			data := c.Must(t, `query($at: DateTime!) { credentials(filter: {expiresBefore: $at}) { totalCount nodes { name } } }`, Vars{"at": before})
			var names []string
			for i := range data.Len("credentials.nodes") {
				name, _, _ := strings.Cut(data.Text(fmt.Sprintf("credentials.nodes.%d.name", i)), " ")
				names = append(names, name)
			}
			if got := strings.Join(names, " "); got != want || data.Int("credentials.totalCount") != len(names) {
				t.Errorf("before %s: %q instead of %q, %d in all", before, got, want, data.Int("credentials.totalCount"))
			}
		}
		both := c.Must(t, `query($at: DateTime!) { credentials(filter: {expiresBefore: $at, status: [VERIFIED]}) { totalCount } }`, Vars{"at": at(time.Minute)})
		if both.Int("credentials.totalCount") != 3 {
			t.Errorf("that have not passed: %v", both)
		}
	})
}
