package catalog

import "testing"

// A change of where secrets go makes people type them again; a change of a part of the login doesn't.
func TestBuiltin_destinations(t *testing.T) {
	components := builtins(t)
	for _, c := range []struct {
		component, method string
		where, login      []string
	}{
		{"rabbitmq", "password", []string{"host", "port", "tls"}, []string{"user", "password", "vhost"}},
		{"rabbitmq", "uri", []string{"uri"}, nil},
		{"mqtt", "password", []string{"host", "port", "tls"}, []string{"user", "password", "clientId"}},
		{"nats", "token", []string{"host", "port", "tls"}, []string{"token"}},
		{"nats", "credentials", []string{"host", "port", "tls"}, []string{"credentials"}},
		{"nats", "nkey", []string{"host", "port", "tls"}, []string{"seed"}},
		{"kafka", "sasl", []string{"host", "port", "tls", "mechanism"}, []string{"user", "password"}},
		{"aws", "keys", []string{"region"}, []string{"accessKeyId", "secretAccessKey", "sessionToken"}},
		{"amazon-s3", "keys", []string{"region", "bucket"}, []string{"accessKeyId", "secretAccessKey", "sessionToken"}},
		{"cloudflare-r2", "keys", []string{"accountId", "jurisdiction"}, []string{"accessKeyId", "secretAccessKey"}},
	} {
		method, ok := components[c.component].Method(c.method)
		if !ok {
			t.Errorf("%s has no method %s", c.component, c.method)
			continue
		}
		for want, keys := range map[bool][]string{true: c.where, false: c.login} {
			for _, key := range keys {
				if field, ok := method.Field(key); !ok || field.Destination != want {
					t.Errorf("%s/%s: the field %s is a destination: %v, want %v", c.component, c.method, key, !want, want)
				}
			}
		}
	}
}
