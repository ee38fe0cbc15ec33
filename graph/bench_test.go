package graph_test

import (
	"fmt"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// The operations that speed is measured by, through HTTP, on a workspace of 200 credentials and flows:
// go run ./internal/testservers/run -- go test -run '^$' -bench . ./graph
func BenchmarkOperations(b *testing.B) {
	for _, dialect := range Dialects {
		g := New(b, NewDatabase(b, dialect))
		c := g.Client(b, models.RoleOwner)
		id := c.Petstore(b, "credential 000")
		for i := range 200 {
			flow := c.Flow(b, fmt.Sprintf("flow %03d", i), c.Petstore(b, fmt.Sprintf("credential %03d", i)))
			if i%2 == 0 {
				c.Activate(b, flow)
			}
		}
		c.Activate(b, c.Flow(b, "uses the first", id))
		for _, op := range []struct {
			name, query string
			vars        Vars
		}{
			{"Q1 a credential with its component", `query($id: ID!) { credential(id: $id) { id name status component { key title } } }`, Vars{"id": id}},
			{"Q2 the overview", `{ components(first: 100) { nodes { id key title iconUrl credentialCount } } }`, nil},
			{"Q3 a page with flows", `{ component(key: "petstore") { credentials(first: 20) { nodes { id name status component { title } flows(active: true) { nodes { id name } } } } } }`, nil},
			{"M1 create", CreateCredential, Vars{"input": Vars{"componentId": "cmp_petstore", "fields": []Vars{{"key": "apiKey", "value": "secret"}}}}},
			{"M2 delete refused", DeleteCredential, Vars{"input": Vars{"id": id}}},
		} {
			b.Run(dialect+"/"+op.name, func(b *testing.B) {
				statements := g.Statements(func() { c.Must(b, op.query, op.vars) })
				b.ReportAllocs()
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						c.Must(b, op.query, op.vars)
					}
				})
				b.ReportMetric(float64(statements), "statements/op")
			})
		}
	}
}
