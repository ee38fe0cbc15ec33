package verifiers

import (
	"context"
	"errors"
	"net"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"keyward/internal/egress"
	"keyward/models"
)

// kafkaVerifier logs in to a Kafka broker by SASL and asks it about a topic, or about nothing where none is named
// (https://kafka.apache.org/protocol#sasl_handshake). Parameters: host and port of a bootstrap server, mechanism (PLAIN,
// SCRAM-SHA-256 or SCRAM-SHA-512), user, password, topic, and tls: "disable" means no TLS, anything else verified TLS.
// The brokers that the server names are never dialled: the password goes to the one that the credential names.
type kafkaVerifier struct{}

var _ Verifier = kafkaVerifier{}

var kafkaDialect = dialect{port: "9092", tls: "tls"}

func (kafkaVerifier) Target(r Request) (string, error) { return loginHost(r, kafkaDialect) }

func (kafkaVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, kafkaDialect)
	if err != nil {
		return failure(err)
	}
	mechanism, err := kafkaMechanism(s.Text(r.DryRequest.Params["mechanism"]), l)
	if err != nil {
		return failure(err)
	}
	out := &line{guard: guard}
	defer out.hangUp()
	heard := new(heardConn)
	client, err := kafkaClient(ctx, l, mechanism, kafkaDial(ctx, out, l, heard))
	if err != nil {
		return errUnclear.Result
	}
	defer client.Close()
	answer, err := client.SeedBrokers()[0].Request(ctx, kafkaQuestion(s.Text(r.DryRequest.Params["topic"])))
	if err != nil {
		return kafkaResult(heard, err)
	}
	for _, topic := range answer.(*kmsg.MetadataResponse).Topics {
		if err := kerr.ErrorForCode(topic.ErrorCode); err != nil {
			return kafkaResult(heard, err)
		}
	}
	return accepted()
}

func kafkaMechanism(name string, l login) (sasl.Mechanism, error) {
	if l.user == "" || l.password == "" {
		return nil, errRejected
	}
	switch name {
	case "PLAIN":
		return plain.Auth{User: l.user, Pass: l.password}.AsMechanism(), nil
	case "SCRAM-SHA-256":
		return scram.Auth{User: l.user, Pass: l.password}.AsSha256Mechanism(), nil
	case "SCRAM-SHA-512":
		return scram.Auth{User: l.user, Pass: l.password}.AsSha512Mechanism(), nil
	}
	return nil, errUnclear
}

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

// kafkaDial dials for the client: whomever it would dial, the one that the credential names, and once. When the client dials
// again, heard stays what it was: the client may still set a deadline on the first connection, in a goroutine of its own.
func kafkaDial(ctx context.Context, out *line, l login, heard *heardConn) dialFunc {
	return func(context.Context, string, string) (net.Conn, error) {
		conn, err := out.open(ctx, l)
		if err != nil {
			heard.hear(err)
			return nil, err
		}
		heard.Conn = conn
		return heard, nil
	}
}

func kafkaClient(ctx context.Context, l login, mechanism sasl.Mechanism, dial dialFunc) (*kgo.Client, error) {
	// Some of Azure's Event Hubs reset the connection over a newer ApiVersions (https://github.com/twmb/franz-go/issues/1025).
	versions := kversion.Stable()
	versions.SetMaxKeyVersion(int16(kmsg.ApiVersions), 3)
	return kgo.NewClient(
		kgo.WithContext(ctx), kgo.SeedBrokers(net.JoinHostPort(l.host, l.port)), kgo.SASL(mechanism), kgo.Dialer(dial),
		kgo.ClientID("keyward"), kgo.SoftwareNameAndVersion("keyward", "0"), kgo.DisableClientMetrics(),
		kgo.RequestRetries(0), kgo.MaxVersions(versions),
		kgo.BrokerMaxReadBytes(maxConversation), kgo.FetchMaxBytes(maxConversation), kgo.FetchMaxPartitionBytes(maxConversation),
	)
}

func kafkaQuestion(topic string) kmsg.Request {
	question := kmsg.NewPtrMetadataRequest()
	question.Topics = []kmsg.MetadataRequestTopic{} // none: nil would be all
	if topic != "" {
		about := kmsg.NewMetadataRequestTopic()
		about.Topic = &topic
		question.Topics = append(question.Topics, about)
	}
	return question
}

// Error codes, from https://kafka.apache.org/protocol#protocol_error_codes.
func kafkaResult(heard *heardConn, err error) Result {
	switch {
	case errors.Is(err, kerr.SaslAuthenticationFailed), errors.Is(err, kerr.UnsupportedSaslMechanism):
		return rejected(models.ReasonAuthRejected)
	case errors.Is(err, kerr.TopicAuthorizationFailed), errors.Is(err, kerr.ClusterAuthorizationFailed):
		return rejected(models.ReasonInsufficientScope)
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.InvalidTopicException):
		return rejected(models.ReasonDatabaseNotFound)
	}
	return failure(heard.or(err))
}
