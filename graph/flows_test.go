package graph_test

import (
	"fmt"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

func step(key, component string, rest ...any) Vars {
	s := Vars{"key": key, "componentId": component}
	for i := 0; i+1 < len(rest); i += 2 {
		s[fmt.Sprint(rest[i])] = rest[i+1]
	}
	return s
}

// credentialsOf lists the steps' credentials of a flow in an answer, "-" for none.
func credentialsOf(o Object, at string) string {
	var list []string
	for i := range o.Len(at + ".steps") {
		id := o.Text(fmt.Sprintf("%s.steps.%d.credential.id", at, i))
		if id == "" {
			id = "-"
		}
		list = append(list, id)
	}
	return strings.Join(list, " ")
}

func TestCreateFlow(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		a, b := c.Petstore(t, "a"), c.Petstore(t, "b")
		for name, tc := range map[string]struct {
			steps []Vars
			want  string // the credentials, or the failure and its path
		}{
			"a new step takes what the others agree on": {[]Vars{step("1", "cmp_petstore", "credentialId", a), step("2", "cmp_petstore"), step("3", "cmp_filter")}, a + " " + a + " -"},
			"also one that stands before":               {[]Vars{step("1", "cmp_petstore"), step("2", "cmp_petstore", "credentialId", a)}, a + " " + a},
			"none where they disagree":                  {[]Vars{step("1", "cmp_petstore", "credentialId", a), step("2", "cmp_petstore", "credentialId", b), step("3", "cmp_petstore")}, a + " " + b + " -"},
			"none where null is given":                  {[]Vars{step("1", "cmp_petstore", "credentialId", a), step("2", "cmp_petstore", "credentialId", nil)}, a + " -"},
			"none of another component":                 {[]Vars{step("1", "cmp_petstore", "credentialId", a), step("2", "cmp_slack")}, a + " -"},
			"an unknown component":                      {[]Vars{step("1", "cmp_nope")}, "NotFoundError [steps 0 componentId]"},
			"an unknown credential":                     {[]Vars{step("1", "cmp_filter"), step("2", "cmp_petstore", "credentialId", "cred_x")}, "NotFoundError [steps 1 credentialId]"},
			"another component's credential":            {[]Vars{step("1", "cmp_slack", "credentialId", a)}, "ComponentMismatchError [steps 0 credentialId]"},
			"a credential where none is needed":         {[]Vars{step("1", "cmp_filter", "credentialId", a)}, "ComponentMismatchError [steps 0 credentialId]"},
			"two steps of one key":                      {[]Vars{step("1", "cmp_filter"), step("1", "cmp_filter")}, "ValidationError [steps]"},
			"a key with a blank":                        {[]Vars{step("a b", "cmp_filter")}, "ValidationError [steps 0 key]"},
			"NUL in a function":                         {[]Vars{step("1", "cmp_filter", "function", "a\x00b")}, "ValidationError [steps 0 function]"},
			"no steps":                                  {[]Vars{}, ""},
		} {
			t.Run(name, func(t *testing.T) {
				data := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": tc.steps}})
				got := credentialsOf(data, "createFlow.flow")
				if kind := data.Text("createFlow.__typename"); kind != "CreateFlowSuccess" {
					got = fmt.Sprint(kind, " ", data.At("createFlow.path"))
				}
				if got != tc.want {
					t.Errorf("got %q, want %q", got, tc.want)
				}
			})
		}
		if data := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "  ", "steps": []Vars{}}}); fmt.Sprint(data.At("createFlow.path")) != "[name]" {
			t.Errorf("a blank name: %v", data)
		}
	})
}

func TestUpdateFlow(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		a, b := c.Petstore(t, "a"), c.Petstore(t, "b")
		flow := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{
			step("1", "cmp_petstore", "credentialId", a), step("2", "cmp_petstore", "credentialId", b),
		}}}).Text("createFlow.flow.id")
		version := 1
		update := func(t *testing.T, change Vars) Object {
			t.Helper()
			input := Vars{"id": flow, "expectedVersion": version}
			for key, value := range change {
				input[key] = value
			}
			data := c.Must(t, UpdateFlow, Vars{"input": input})
			if v := data.Int("updateFlow.flow.version"); v > 0 {
				version = v
			}
			return data
		}
		t.Run("an old version is a conflict", func(t *testing.T) {
			update(t, Vars{"name": "renamed"})
			data := c.Must(t, UpdateFlow, Vars{"input": Vars{"id": flow, "expectedVersion": 1, "name": "x"}})
			if data.Text("updateFlow.__typename") != "ConflictError" || data.Int("updateFlow.currentVersion") != 2 {
				t.Errorf("%v", data)
			}
		})
		t.Run("steps are matched by key", func(t *testing.T) {
			data := update(t, Vars{"steps": []Vars{step("2", "cmp_petstore"), step("f", "cmp_filter"), step("1", "cmp_petstore")}})
			if got := credentialsOf(data, "updateFlow.flow"); got != b+" - "+a {
				t.Errorf("an omitted credential keeps the link: %s", got)
			}
			data = update(t, Vars{"steps": []Vars{step("1", "cmp_slack"), step("2", "cmp_petstore", "credentialId", nil)}})
			if got := credentialsOf(data, "updateFlow.flow"); got != "- -" {
				t.Errorf("null unlinks, another component drops: %s", got)
			}
			update(t, Vars{"steps": []Vars{step("1", "cmp_petstore", "credentialId", a)}})
		})
		t.Run("an active flow can't lose what it needs", func(t *testing.T) {
			c.Activate(t, flow)
			for name, steps := range map[string][]Vars{
				"unlinked":        {step("1", "cmp_petstore", "credentialId", nil)},
				"a new bare step": {step("1", "cmp_petstore"), step("s", "cmp_slack")},
				"switched":        {step("1", "cmp_slack")},
			} {
				data := update(t, Vars{"steps": steps})
				if data.Text("updateFlow.problems.0.kind") != "CREDENTIAL_MISSING" {
					t.Errorf("%s: %v", name, data)
				}
			}
			link := c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "1", "credentialId": nil}})
			if link.Text("linkCredential.problems.0.kind") != "CREDENTIAL_MISSING" {
				t.Errorf("unlinked: %v", link)
			}
			data := update(t, Vars{"steps": []Vars{step("1", "cmp_petstore", "credentialId", b), step("n", "cmp_petstore"), step("f", "cmp_filter")}})
			if got := credentialsOf(data, "updateFlow.flow"); got != b+" "+b+" -" || data.Text("updateFlow.flow.status") != "ACTIVE" {
				t.Errorf("%v", data)
			}
		})
		t.Run("an active flow takes no rejected credential, but keeps one that went bad", func(t *testing.T) {
			up := newUpstream(t, "t")
			good := create(t, c, "good", up.URL, "t")
			f := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "R", "steps": []Vars{step("1", "cmp_rest-api", "credentialId", good)}}}).Text("createFlow.flow.id")
			c.Activate(t, f)
			bad := create(t, c, "bad", up.URL, "t")
			up.good.Store("changed")
			const verify = `mutation($id: ID!) { verifyCredential(input: {id: $id}) { __typename } }`
			c.Must(t, verify, Vars{"id": bad})
			link := c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": f, "stepKey": "1", "credentialId": bad}})
			if link.Text("linkCredential.problems.0.kind") != "CREDENTIAL_REJECTED" {
				t.Errorf("%v", link)
			}
			replaced := c.Must(t, `mutation($a: ID!, $b: ID!) { replaceCredential(input: {fromId: $a, toId: $b}) { __typename ... on FlowNotActivatableError { problems { kind message } } } }`, Vars{"a": good, "b": bad})
			if replaced.Text("replaceCredential.problems.0.kind") != "CREDENTIAL_REJECTED" || !strings.Contains(replaced.Text("replaceCredential.problems.0.message"), "«R»") {
				t.Errorf("%v", replaced)
			}
			c.Must(t, verify, Vars{"id": good}) // goes bad while the flow runs
			renamed := c.Must(t, UpdateFlow, Vars{"input": Vars{"id": f, "expectedVersion": 1, "name": "R2", "steps": []Vars{step("1", "cmp_rest-api")}}})
			if renamed.Text("updateFlow.flow.problems.0.kind") != "CREDENTIAL_REJECTED" {
				t.Errorf("%v", renamed)
			}
			c.Must(t, DeactivateFlow, Vars{"input": Vars{"id": f}})
			again := c.Must(t, ActivateFlow, Vars{"input": Vars{"id": f}})
			if again.Text("activateFlow.problems.0.kind") != "CREDENTIAL_REJECTED" {
				t.Errorf("%v", again)
			}
		})
	})
}

func TestLinkCredential(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		a := c.Petstore(t, "a")
		flow := c.Must(t, CreateFlow, Vars{"input": Vars{"name": "F", "steps": []Vars{step("p", "cmp_petstore"), step("s", "cmp_slack")}}}).Text("createFlow.flow.id")
		for name, tc := range map[string]struct {
			input Vars
			want  string
		}{
			"omitted":            {Vars{"flowId": flow, "stepKey": "p"}, "ValidationError [credentialId]"},
			"unknown flow":       {Vars{"flowId": "flow_x", "stepKey": "p", "credentialId": a}, "NotFoundError [flowId]"},
			"unknown step":       {Vars{"flowId": flow, "stepKey": "\x00", "credentialId": a}, "NotFoundError [stepKey]"},
			"unknown credential": {Vars{"flowId": flow, "stepKey": "p", "credentialId": "cred_x"}, "NotFoundError [credentialId]"},
			"another component":  {Vars{"flowId": flow, "stepKey": "s", "credentialId": a}, "ComponentMismatchError [credentialId]"},
		} {
			data := c.Must(t, LinkCredential, Vars{"input": tc.input})
			if got := fmt.Sprint(data.Text("linkCredential.__typename"), " ", data.At("linkCredential.path")); got != tc.want {
				t.Errorf("%s: %s", name, got)
			}
		}
		linked := c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "p", "credentialId": a}})
		if got := credentialsOf(linked, "linkCredential.flow"); got != a+" -" || linked.Int("linkCredential.flow.version") != 2 {
			t.Errorf("%v", linked)
		}
		if got := credentialsOf(c.Must(t, LinkCredential, Vars{"input": Vars{"flowId": flow, "stepKey": "p", "credentialId": nil}}), "linkCredential.flow"); got != "- -" {
			t.Errorf("null unlinks: %s", got)
		}
	})
}

// A refusal names the flows as the refusing transaction saw them, and the rest can be paged to.
func TestDeleteCredential_names_every_active_flow(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		id := c.Petstore(t, "one")
		for i := range 25 {
			flow := c.Flow(t, fmt.Sprintf("flow %02d", i), id)
			if i != 7 { // an inactive one is not in the way
				c.Activate(t, flow)
			}
		}
		const query = `mutation($id: ID!, $after: String) { deleteCredential(input: {id: $id}) { ... on CredentialInUseError { message activeFlowCount
			activeFlows(first: 10, after: $after) { nodes { name status } totalCount pageInfo { hasNextPage endCursor } } } } }`
		var names []string
		after := any(nil)
		for range 5 {
			data := c.Must(t, query, Vars{"id": id, "after": after})
			if data.Int("deleteCredential.activeFlowCount") != 24 || data.Int("deleteCredential.activeFlows.totalCount") != 24 {
				t.Errorf("%v", data)
			}
			for i := range data.Len("deleteCredential.activeFlows.nodes") {
				names = append(names, data.Text(fmt.Sprintf("deleteCredential.activeFlows.nodes.%d.name", i)))
			}
			if after = data.At("deleteCredential.activeFlows.pageInfo.endCursor"); data.At("deleteCredential.activeFlows.pageInfo.hasNextPage") == false {
				break
			}
		}
		if len(names) != 24 || names[0] != "flow 00" || names[23] != "flow 24" || strings.Contains(strings.Join(names, ","), "flow 07") {
			t.Errorf("%d: %v", len(names), names)
		}
		message := c.Must(t, query, Vars{"id": id}).Text("deleteCredential.message")
		if !strings.Contains(message, "24 active flows") || !strings.Contains(message, "«flow 00», «flow 01», «flow 02» and 21 more") {
			t.Error(message)
		}
	})
}

func TestDeleteCredential_refuses_a_changed_one(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		id := c.Petstore(t, "one")
		c.Must(t, UpdateCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1, "name": "two"}})
		data := c.Must(t, DeleteCredential, Vars{"input": Vars{"id": id, "expectedVersion": 1}})
		if data.Text("deleteCredential.__typename") != "ConflictError" || data.Int("deleteCredential.currentVersion") != 2 {
			t.Errorf("%v", data)
		}
		if data = c.Must(t, DeleteCredential, Vars{"input": Vars{"id": id, "expectedVersion": 2}}); data.Text("deleteCredential.deletedCredentialId") != id {
			t.Errorf("%v", data)
		}
		if data = c.Must(t, DeleteCredential, Vars{"input": Vars{"id": id}}); data.Text("deleteCredential.__typename") != "NotFoundError" {
			t.Errorf("%v", data)
		}
	})
}

func TestReplaceCredential(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		a, b := c.Petstore(t, "a"), c.Petstore(t, "b")
		up := newUpstream(t, "t")
		rest := create(t, c, "rest", up.URL, "t")
		one, two := c.Flow(t, "one", a), c.Flow(t, "two", a)
		c.Flow(t, "other", b)
		const query = `mutation($input: ReplaceCredentialInput!) { replaceCredential(input: $input) { __typename ... on Error { path message }
			... on ReplaceCredentialSuccess { flowCount flows { name version } } } }`
		for name, tc := range map[string]struct {
			input Vars
			want  string
		}{
			"by itself":         {Vars{"fromId": a, "toId": a}, "ValidationError [toId]"},
			"two garbage ids":   {Vars{"fromId": "", "toId": "\x00"}, "NotFoundError [fromId]"},
			"unknown from":      {Vars{"fromId": "cred_x", "toId": a}, "NotFoundError [fromId]"},
			"unknown to":        {Vars{"fromId": a, "toId": "cred_x"}, "NotFoundError [toId]"},
			"another component": {Vars{"fromId": a, "toId": rest}, "ComponentMismatchError [toId]"},
			"unknown flow":      {Vars{"fromId": a, "toId": b, "flowIds": []string{one, "flow_x"}}, "NotFoundError [flowIds 1]"},
		} {
			data := c.Must(t, query, Vars{"input": tc.input})
			if got := fmt.Sprint(data.Text("replaceCredential.__typename"), " ", data.At("replaceCredential.path")); got != tc.want {
				t.Errorf("%s: %s", name, got)
			}
		}
		some := c.Must(t, query, Vars{"input": Vars{"fromId": a, "toId": b, "flowIds": []string{two}}})
		if some.Int("replaceCredential.flowCount") != 1 || some.Text("replaceCredential.flows.0.name") != "two" || some.Int("replaceCredential.flows.0.version") != 2 {
			t.Errorf("%v", some)
		}
		if none := c.Must(t, query, Vars{"input": Vars{"fromId": a, "toId": b, "flowIds": []string{}}}); none.Int("replaceCredential.flowCount") != 0 {
			t.Errorf("an empty list names no flow: %v", none)
		}
		all := c.Must(t, query, Vars{"input": Vars{"fromId": a, "toId": b}})
		if all.Int("replaceCredential.flowCount") != 1 || all.Text("replaceCredential.flows.0.name") != "one" {
			t.Errorf("%v", all)
		}
	})
}

func TestFlows_filter(t *testing.T) {
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleEditor)
		a, b := c.Petstore(t, "a"), c.Petstore(t, "b")
		c.Activate(t, c.Flow(t, "Alpha", a))
		c.Flow(t, "beta", b)
		for name, tc := range map[string]struct {
			filter Vars
			want   string
		}{
			"active":     {Vars{"status": "ACTIVE"}, "Alpha"},
			"inactive":   {Vars{"status": "INACTIVE"}, "beta"},
			"credential": {Vars{"credentialId": b}, "beta"},
			"search":     {Vars{"search": "ALPH"}, "Alpha"},
			"garbage":    {Vars{"credentialId": ""}, ""},
			"nothing":    {Vars{"search": "x"}, ""},
		} {
			data := c.Must(t, `query($f: FlowFilter) { flows(filter: $f) { nodes { name } totalCount } }`, Vars{"f": tc.filter})
			if got := data.Text("flows.nodes.0.name"); got != tc.want || data.Len("flows.nodes") != data.Int("flows.totalCount") {
				t.Errorf("%s: %v", name, data)
			}
		}
		active := c.Must(t, `query($id: ID!) { credential(id: $id) { yes: flows(active: true) { totalCount } no: flows(active: false) { totalCount nodes { name } } activeFlowCount } }`, Vars{"id": a})
		if active.Int("credential.yes.totalCount") != 1 || active.Int("credential.no.totalCount") != 0 || active.Int("credential.activeFlowCount") != 1 {
			t.Errorf("%v", active)
		}
	})
}
