package catalog

import (
	"slices"
	"testing"
)

func TestUnknownSettings(t *testing.T) {
	components, err := Load(Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := UnknownSettings(components, []string{
		"KEYWARD_COMPONENT_PETSTORE_BASE_URL=https://x", "KEYWARD_COMPONENT_PETSTORE_BASEURL=https://x", "KEYWARD_COMPONENT_NOPE_BASE_URL=",
		"KEYWARD_ADDR=:1", "PATH=/bin",
	})
	if want := []string{"KEYWARD_COMPONENT_PETSTORE_BASEURL", "KEYWARD_COMPONENT_NOPE_BASE_URL"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
