package verifiers

import (
	"crypto/tls"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"keyward/internal/testservers"
	"keyward/models"
)

func amqpRequest(s testservers.Server, pairs ...string) Request {
	r := loginTo("amqp", s, "vhost", "{{vhost}}", "tls", "{{tls}}")
	delete(r.DryRequest.Params, "database")
	return r.with("tls", "disable").with(pairs...)
}

func TestAMQP(t *testing.T) {
	server := testservers.RabbitMQ(t)
	uri := func(scheme, user, password, path string) Request {
		return byURI("amqp", scheme+"://"+url.UserPassword(user, password).String()+"@"+server.Addr()+path)
	}
	for name, c := range map[string]struct {
		request Request
		want    Result
	}{
		"right":                    {amqpRequest(server), accepted()},
		"a virtual host":           {amqpRequest(server, "vhost", "orders/eu"), accepted()},
		"wrong password":           {amqpRequest(server, "password", "wrong"), rejected(models.ReasonAuthRejected)},
		"no password":              {amqpRequest(server, "password", ""), rejected(models.ReasonAuthRejected)},
		"unknown user":             {amqpRequest(server, "user", "nobody"), rejected(models.ReasonAuthRejected)},
		"unknown virtual host":     {amqpRequest(server, "vhost", "nowhere"), rejected(models.ReasonDatabaseNotFound)},
		"a name too long":          {amqpRequest(server, "vhost", strings.Repeat("x", 256)), rejected(models.ReasonDatabaseNotFound)},
		"not allowed there":        {amqpRequest(server, "user", "stranger"), rejected(models.ReasonInsufficientScope)},
		"nor there":                {amqpRequest(server, "user", "stranger", "vhost", "orders/eu"), rejected(models.ReasonInsufficientScope)},
		"TLS is not offered":       {amqpRequest(server, "tls", ""), unavailable(models.ReasonTLSInvalid)},
		"an unknown TLS mode":      {amqpRequest(server, "tls", "prefer"), unavailable(models.ReasonTLSInvalid)},
		"by URI":                   {uri("amqp", server.User, server.Password, ""), accepted()},
		"by URI with a slash":      {uri("amqp", server.User, server.Password, "/"), accepted()},
		"a virtual host by URI":    {uri("amqp", server.User, server.Password, "/orders%2Feu?cacertfile=/nope&auth_mechanism=external"), accepted()},
		"unknown by URI":           {uri("amqp", server.User, server.Password, "/nowhere"), rejected(models.ReasonDatabaseNotFound)},
		"wrong by URI":             {uri("amqp", server.User, "wr/on:g", ""), rejected(models.ReasonAuthRejected)},
		"TLS by URI is not plain":  {uri("amqps", server.User, server.Password, ""), unavailable(models.ReasonTLSInvalid)},
		"another scheme by URI":    {uri("http", server.User, server.Password, ""), unavailable(models.ReasonHostNotFound)},
		"several hosts by one URI": {byURI("amqp", "amqp://u:p@127.0.0.1:1,127.0.0.1:2/"), unavailable(models.ReasonHostNotFound)},
	} {
		t.Run(name, func(t *testing.T) { expect(t, patiently(t, loopback(t), c.request), c.want) })
	}
}

// The real server stands behind the end of the TLS.
func TestAMQP_TLS(t *testing.T) {
	server := testservers.RabbitMQ(t)
	for name, c := range map[string]struct {
		host string
		tls  *tls.Config
		want Result
	}{
		"verified":    {"localhost", trusted(t), accepted()},
		"self-signed": {"localhost", selfSigned(t), unavailable(models.ReasonTLSInvalid)},
		"other name":  {"127.0.0.1", trusted(t), unavailable(models.ReasonTLSInvalid)},
	} {
		t.Run(name, func(t *testing.T) {
			_, port := serve(t, func(conn net.Conn) {
				upstream, err := net.Dial("tcp", server.Addr())
				if err != nil {
					return
				}
				splice(tls.Server(conn, c.tls), upstream)
			})
			expect(t, patiently(t, loopback(t), amqpRequest(server, "tls", "", "host", c.host, "port", port)), c.want)
		})
	}
}

// amqpSays is a method of the class connection in its frame.
func amqpSays(method byte, arguments string) string {
	size := len(arguments) + 4
	return "\x01\x00\x00\x00\x00" + string([]byte{byte(size >> 8), byte(size)}) + "\x00\x0a\x00" + string(method) + arguments + "\xce"
}

// No real server is hostile: these few lines are.
func TestAMQP_hostile_servers(t *testing.T) {
	start := amqpSays(amqpStart, "\x00\x09\x00\x00\x00\x00\x00\x00\x00\x05PLAIN\x00\x00\x00\x05en_US")
	tune := amqpSays(amqpTune, "\x07\xff\x00\x02\x00\x00\x00\x3c")
	closing := func(code byte, text string) string { // of the 500s
		return amqpSays(amqpShut, "\x02"+string([]byte{code, byte(len(text))})+text+"\x00\x00\x00\x00")
	}
	for name, c := range map[string]struct {
		answers []string
		want    Result
	}{
		"hangs up over the log-in":   {[]string{start}, unavailable(models.ReasonConnectionRefused)},
		"hangs up over the host":     {[]string{start, tune}, unavailable(models.ReasonConnectionRefused)},
		"says yes too early":         {[]string{amqpSays(amqpOpenOK, "\x00"), ""}, unavailable(models.ReasonUnexpectedResponse)},
		"skips the log-in":           {[]string{start, amqpSays(amqpOpenOK, "\x00"), ""}, unavailable(models.ReasonUnexpectedResponse)},
		"has too many connections":   {[]string{start, tune, closing(0x12, "NOT_ALLOWED - access to vhost '/' refused for user 'u': connection limit (1) is reached"), ""}, unavailable(models.ReasonUnexpectedResponse)},
		"is broken":                  {[]string{start, closing(0x1d, "INTERNAL_ERROR"), ""}, unavailable(models.ReasonUnexpectedResponse)},
		"a close cut short":          {[]string{start, amqpSays(amqpShut, "\x01\x93\xff"), ""}, unavailable(models.ReasonUnexpectedResponse)},
		"speaks another version":     {[]string{"AMQP\x00\x01\x00\x00", ""}, unavailable(models.ReasonUnexpectedResponse)},
		"a huge frame":               {[]string{"\x01\x00\x00\x3f\xff\xff\xff", ""}, unavailable(models.ReasonUnexpectedResponse)},
		"a frame of 4 GiB":           {[]string{"\x01\x00\x00\xff\xff\xff\xff", ""}, unavailable(models.ReasonUnexpectedResponse)},
		"a frame without end":        {[]string{strings.TrimSuffix(start, "\xce") + "\x00", ""}, unavailable(models.ReasonUnexpectedResponse)},
		"limits that are none":       {[]string{start, amqpSays(amqpTune, "\x00"), ""}, unavailable(models.ReasonUnexpectedResponse)},
		"nothing but heartbeats":     {[]string{strings.Repeat("\x08\x00\x00\x00\x00\x00\x00\xce", 50_000), ""}, unavailable(models.ReasonUnexpectedResponse)},
		"a yes to the end":           {[]string{start, tune, amqpSays(amqpOpenOK, "\x00"), ""}, accepted()},
		"a frame on another channel": {[]string{"\x01\x00\x07" + start[3:], ""}, unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan struct{})
			host, port := serve(t, func(conn net.Conn) {
				defer close(done)
				for _, answer := range c.answers {
					_, _ = conn.Read(make([]byte, 4096))
					_, _ = io.WriteString(conn, answer)
				}
				if c.want.Reason == models.ReasonConnectionRefused {
					_, _ = conn.Read(make([]byte, 4096))
				} else {
					_, _ = io.Copy(io.Discard, conn)
				}
			})
			before := allocated()
			r := amqpRequest(testservers.Server{User: "u", Password: "p"}, "host", host, "port", port)
			expect(t, patiently(t, loopback(t), r), c.want)
			if grew := allocated() - before; grew > 10<<20 {
				t.Errorf("it cost %d MiB", grew>>20)
			}
			select {
			case <-done:
			case <-time.After(2 * time.Second):
				t.Fatal("the connection was left open")
			}
		})
	}
}
