package verifiers

import (
	"context"
	"crypto/md5" //nolint:gosec // SCRAM-SHA-1's digest of the password, as MongoDB has it
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/xdg-go/scram"
	"github.com/xdg-go/stringprep"
	"go.mongodb.org/mongo-driver/v2/bson"

	"keyward/internal/egress"
	"keyward/models"
)

// mongodbVerifier logs in to one MongoDB server by SCRAM and pings. Parameters: host, port, database, user, password,
// authSource (the database that knows the user; database if empty, else admin), and tls: "disable" means no TLS,
// anything else verified TLS. Or uri: mongodb:// with one server, of whose query authSource and tls=false count.
//
// It speaks the protocol itself, with the driver's BSON and SCRAM. The driver would open connections of its own to
// watch the server, fetch what a certificate names (OCSP) past the guard, read the environment, unpack what a server
// compressed, and compute a proof for as many rounds as a server asks.
//
// MongoDB makes a database when something is written to it, so there is no answer that one is missing.
type mongodbVerifier struct{}

var _ Verifier = mongodbVerifier{}

var mongodbDialect = dialect{
	schemes: []string{"mongodb"}, port: "27017", tls: "tls",
	plain: func(uri *url.URL) bool { return uri.Query().Get("tls") == "false" },
}

// maxRounds is how often a proof is hashed at most; MongoDB asks for 10,000 or 15,000.
const maxRounds = 1_000_000

func (mongodbVerifier) Target(r Request) (string, error) { return loginHost(r, mongodbDialect) }

func (mongodbVerifier) Verify(ctx context.Context, guard *egress.Guard, r Request) Result {
	s, err := newScope(r)
	if err != nil {
		return failure(err)
	}
	l, err := newLogin(r, s, mongodbDialect)
	if err != nil {
		return failure(err)
	}
	if l.user == "" {
		return errUnclear.Result // anybody may ping: without a user nothing would be tried
	}
	source := s.Text(r.DryRequest.Params["authSource"])
	for _, next := range []string{l.options.Get("authSource"), l.database, "admin"} {
		if source == "" {
			source = next
		}
	}
	out := &line{guard: guard}
	defer out.hangUp()
	conn, err := out.open(ctx, l)
	if err != nil {
		return failure(err)
	}
	talk := &mongoTalk{conn: conn}
	if err := talk.logIn(l, source); err != nil {
		return mongoResult(err)
	}
	if l.database == "" {
		l.database = "admin"
	}
	if _, err := talk.do(l.database, bson.D{{Key: "ping", Value: 1}}); err != nil {
		return mongoResult(err)
	}
	return accepted()
}

var errSCRAM = errors.New("mongodb: the server's part of SCRAM is none")

// logIn proves the password to the server, and lets the server prove that it knows it too.
func (t *mongoTalk) logIn(l login, source string) error {
	hello, err := t.do("admin", bson.D{{Key: "hello", Value: 1}, {Key: "saslSupportedMechs", Value: source + "." + l.user}})
	if err != nil {
		return err
	}
	mechanism, conversation, err := newSCRAM(l, hello)
	if err != nil {
		return err
	}
	first, err := conversation.Step("")
	if err != nil {
		return err
	}
	reply, err := t.do(source, bson.D{
		{Key: "saslStart", Value: 1}, {Key: "mechanism", Value: mechanism}, {Key: "payload", Value: []byte(first)},
		{Key: "options", Value: bson.D{{Key: "skipEmptyExchange", Value: true}}},
	})
	for range 3 { // the proof, the server's, and an empty word where it can't be skipped
		if err != nil {
			return err
		}
		if !bounded(string(reply.Payload)) {
			return errSCRAM
		}
		next := ""
		if !conversation.Done() {
			if next, err = conversation.Step(string(reply.Payload)); err != nil {
				return errSCRAM // not err: it may quote the server
			}
		}
		if reply.Done {
			break
		}
		reply, err = t.do(source, bson.D{
			{Key: "saslContinue", Value: 1}, {Key: "conversationId", Value: reply.ConversationID}, {Key: "payload", Value: []byte(next)},
		})
	}
	if err == nil && !(reply.Done && conversation.Valid()) {
		return errSCRAM
	}
	return err
}

// newSCRAM takes the stronger mechanism where the server tells that the user has it, and else the weaker one, as every driver
// has to (https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#default-authentication-methods). Of a user
// whom it doesn't know MongoDB tells none; other servers may never tell any.
func newSCRAM(l login, hello mongoReply) (string, *scram.ClientConversation, error) {
	const strong, weak = "SCRAM-SHA-256", "SCRAM-SHA-1"
	if slices.Contains(hello.Mechanisms, strong) {
		password, err := stringprep.SASLprep.Prepare(l.password)
		if err != nil {
			return "", nil, errRejected // no user can have it
		}
		client, err := scram.SHA256.NewClientUnprepped(l.user, password, "")
		if err != nil {
			return "", nil, errUnclear
		}
		return strong, client.NewConversation(), nil
	}
	digest := md5.Sum([]byte(l.user + ":mongo:" + l.password)) //nolint:gosec // see above
	client, err := scram.SHA1.NewClientUnprepped(l.user, hex.EncodeToString(digest[:]), "")
	if err != nil {
		return "", nil, errUnclear
	}
	return weak, client.NewConversation(), nil
}

// bounded reports whether a message of SCRAM (RFC 5802) asks for no more rounds than we are ready to hash.
func bounded(message string) bool {
	for attribute := range strings.SplitSeq(message, ",") {
		if rounds, ok := strings.CutPrefix(attribute, "i="); ok {
			if n, err := strconv.Atoi(rounds); err != nil || n > maxRounds {
				return false
			}
		}
	}
	return true
}

// mongoError is a server's {ok: 0}.
type mongoError struct {
	code    int32
	message string
}

func (e mongoError) Error() string { return fmt.Sprintf("mongodb: error %d", e.code) } // the message may quote what was sent

// Error codes, from MongoDB's manual; Atlas has one of its own for what its proxies refuse.
func mongoResult(err error) Result {
	refused, ok := errors.AsType[mongoError](err)
	if !ok {
		return failure(err)
	}
	switch {
	case refused.code == 18, refused.code == 11, // AuthenticationFailed, UserNotFound
		refused.code == 8000 && strings.HasPrefix(refused.message, "bad auth"):
		return rejected(models.ReasonAuthRejected)
	case refused.code == 73: // InvalidNamespace
		return rejected(models.ReasonDatabaseNotFound)
	case refused.code == 13: // Unauthorized
		return rejected(models.ReasonInsufficientScope)
	}
	return unavailable(models.ReasonUnexpectedResponse)
}
