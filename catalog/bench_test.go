package catalog

import "testing"

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Builtin(), nil); err != nil {
			b.Fatal(err)
		}
	}
}
