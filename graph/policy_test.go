package graph

import (
	"strings"
	"testing"
)

func TestPolicies_cover_every_root_field(t *testing.T) {
	s := NewExecutableSchema(Config{}).Schema()
	for _, root := range append(s.Query.Fields, s.Mutation.Fields...) {
		if policies[root.Name] == nil {
			t.Errorf("%s has no policy", root.Name)
		}
	}
	for name := range policies {
		if !strings.HasPrefix(name, "__") && s.Query.Fields.ForName(name) == nil && s.Mutation.Fields.ForName(name) == nil {
			t.Errorf("%s is no root field", name)
		}
	}
}
