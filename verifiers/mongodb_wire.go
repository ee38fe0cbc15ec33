package verifiers

import (
	"encoding/binary"
	"errors"
	"io"
	"net"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// mongoTalk sends commands and reads their answers, one OP_MSG each
// (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/).
type mongoTalk struct {
	conn net.Conn
	last uint32 // number of the last request
}

// mongoReply is what of an answer matters here.
type mongoReply struct {
	OK             float64  `bson:"ok"`
	Code           int32    `bson:"code"`
	Message        string   `bson:"errmsg"`
	Mechanisms     []string `bson:"saslSupportedMechs"`
	ConversationID any      `bson:"conversationId"`
	Done           bool     `bson:"done"`
	Payload        []byte   `bson:"payload"`
}

const (
	mongoHeader  = 16
	mongoMessage = 2013 // OP_MSG
	// maxMongoReply is how long an answer may be: a greeting and SCRAM need a few hundred bytes.
	maxMongoReply = 64 << 10
)

var errMongoReply = errors.New("mongodb: no answer of the protocol")

func (t *mongoTalk) do(database string, command bson.D) (mongoReply, error) {
	body, err := bson.Marshal(append(command, bson.E{Key: "$db", Value: database}))
	if err != nil {
		return mongoReply{}, errUnclear
	}
	t.last++
	message := binary.LittleEndian.AppendUint32(nil, uint32(mongoHeader+5+len(body))) //nolint:gosec // values are bounded
	message = binary.LittleEndian.AppendUint32(message, t.last)
	message = binary.LittleEndian.AppendUint32(message, 0)
	message = binary.LittleEndian.AppendUint32(message, mongoMessage)
	message = append(message, 0, 0, 0, 0, 0) // no flags; one section, the body
	if _, err := t.conn.Write(append(message, body...)); err != nil {
		return mongoReply{}, err
	}
	return t.read()
}

func (t *mongoTalk) read() (mongoReply, error) {
	header := make([]byte, mongoHeader)
	if _, err := io.ReadFull(t.conn, header); err != nil {
		return mongoReply{}, err
	}
	size, answers := binary.LittleEndian.Uint32(header), binary.LittleEndian.Uint32(header[8:])
	kind := binary.LittleEndian.Uint32(header[12:])
	if size < mongoHeader+5 || size > maxMongoReply || answers != t.last || kind != mongoMessage {
		return mongoReply{}, errMongoReply
	}
	message := make([]byte, size-mongoHeader)
	if _, err := io.ReadFull(t.conn, message); err != nil {
		return mongoReply{}, err
	}
	const checksum = 1 // a flag: four bytes follow the body
	flags, section, body := binary.LittleEndian.Uint32(message), message[4], message[5:]
	if flags == checksum && len(body) >= 4 {
		body = body[:len(body)-4]
		flags = 0
	}
	var reply mongoReply
	if flags != 0 || section != 0 || bson.Unmarshal(body, &reply) != nil {
		return mongoReply{}, errMongoReply
	}
	if reply.OK != 1 {
		return mongoReply{}, mongoError{reply.Code, reply.Message}
	}
	return reply, nil
}
