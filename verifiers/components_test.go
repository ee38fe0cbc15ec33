package verifiers

import (
	"log/slog"
	"testing"

	"keyward/catalog"
	"keyward/internal/egress"
	"keyward/models"
)

// Where the form of a queue or a store sends what is typed in: the host that its vendor documents, and no other.
func TestComponents_of_queues_and_stores(t *testing.T) {
	all, err := catalog.Load(catalog.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	components := map[string]*models.Component{}
	for _, component := range all {
		components[component.Key] = component
	}
	registry := New(egress.New(nil), nil, slog.Default())
	region := func(name string, more ...string) []string { return append([]string{"region", name}, more...) }
	host := []string{"host", "broker.example.com", "port", "4711"}
	for _, c := range []struct {
		component, method string
		typed             []string
		want              string
	}{
		{"aws", "keys", region("eu-central-1"), "sts.eu-central-1.amazonaws.com"},
		{"aws", "keys-china", region("cn-north-1"), "sts.cn-north-1.amazonaws.com.cn"},
		{"aws", "keys", region("evil.example.com/"), ""},
		{"amazon-sqs", "keys", region("us-east-1"), "sts.us-east-1.amazonaws.com"},
		{"amazon-sns", "keys-china", region("cn-northwest-1"), "sts.cn-northwest-1.amazonaws.com.cn"},
		{"amazon-s3", "keys", region("eu-west-1"), "s3.eu-west-1.amazonaws.com"},
		{"amazon-s3", "keys", region("eu-west-1", "bucket", "orders"), "orders.s3.eu-west-1.amazonaws.com"},
		{"amazon-s3", "keys", region("eu-west-1", "bucket", "evil.example.com/"), ""},
		{"amazon-s3", "keys-china", region("cn-north-1"), "s3.cn-north-1.amazonaws.com.cn"},
		{"backblaze-b2", "keys", region("us-west-004"), "s3.us-west-004.backblazeb2.com"},
		{"cloudflare-r2", "keys", []string{"accountId", "0123456789abcdef0123456789abcdef", "jurisdiction", "r2"}, "0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"},
		{"cloudflare-r2", "keys", []string{"accountId", "0123456789abcdef0123456789abcdef", "jurisdiction", "eu.r2"}, "0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com"},
		{"digitalocean-spaces", "keys", region("fra1"), "fra1.digitaloceanspaces.com"},
		{"wasabi", "keys", region("eu-central-2"), "s3.eu-central-2.wasabisys.com"},
		{"s3-compatible", "keys", host, "broker.example.com"},
		{"rabbitmq", "password", host, "broker.example.com"},
		{"rabbitmq", "uri", []string{"uri", "amqps://u:p@broker.example.com/%2F"}, "broker.example.com"},
		{"cloudamqp", "uri", []string{"uri", "amqps://u:p@fluffy-unicorn.rmq2.cloudamqp.com/v"}, "fluffy-unicorn.rmq2.cloudamqp.com"},
		{"cloudamqp", "uri", []string{"uri", "amqps://u:p@cloudamqp.example.com/v"}, ""},
		{"mqtt", "password", host, "broker.example.com"},
		{"mqtt", "uri", []string{"uri", "mqtts://u:p@broker.example.com"}, "broker.example.com"},
		{"hivemq-cloud", "password", host, "broker.example.com"},
		{"emqx-cloud", "password", host, "broker.example.com"},
		{"nats", "password", host, "broker.example.com"},
		{"nats", "token", host, "broker.example.com"},
		{"nats", "credentials", host, "broker.example.com"},
		{"nats", "nkey", host, "broker.example.com"},
		{"nats", "uri", []string{"uri", "tls://token@broker.example.com"}, "broker.example.com"},
		{"kafka", "sasl", host, "broker.example.com"},
		{"confluent-cloud", "api-key", host, "broker.example.com"},
	} {
		component, ok := components[c.component]
		if !ok {
			t.Errorf("there is no component %s", c.component)
			continue
		}
		method, ok := component.Method(c.method)
		if !ok {
			t.Errorf("%s has no method %s", c.component, c.method)
			continue
		}
		if got := registry.Target(method, values(c.typed...)); got != c.want {
			t.Errorf("%s/%s %v: got %q, want %q", c.component, c.method, c.typed, got, c.want)
		}
	}
}
