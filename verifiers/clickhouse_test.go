package verifiers

import (
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"keyward/internal/testservers"
	"keyward/models"
)

func TestClickHouse(t *testing.T) {
	server := testservers.ClickHouse(t)
	r := loginTo("clickhouse", server, "tls", "disable")
	outcomes(t, service{
		plain: r, secure: loginTo("clickhouse", server), behind: behindTLS(server.Addr()),
		cases: map[string]outcome{
			"without a database":          {r.with("database", ""), accepted()},
			"a wrong password":            {r.with("password", "wrong"), rejected(models.ReasonAuthRejected)},
			"no password":                 {r.with("password", ""), rejected(models.ReasonAuthRejected)},
			"a password of any character": {r.with("password", "ä:\r\n\x00"), rejected(models.ReasonAuthRejected)},
			"an unknown user":             {r.with("user", "nobody"), rejected(models.ReasonAuthRejected)},
			"a wrong database":            {r.with("database", "nowhere"), rejected(models.ReasonDatabaseNotFound)},
			"a database that is more":     {r.with("database", "x&query=DROP+TABLE+y"), rejected(models.ReasonDatabaseNotFound)},
			"not allowed there":           {r.with("user", "confined"), rejected(models.ReasonInsufficientScope)},
			"not allowed from here":       {r.with("user", "distant"), unavailable(models.ReasonConnectionRefused)},
		},
	})
}

func TestClickHouse_by_uri(t *testing.T) {
	server := testservers.ClickHouse(t)
	_, port := serve(t, behindTLS(server.Addr())(trusted(t), new(atomic.Bool)))
	secure := url.URL{Scheme: "https", User: url.UserPassword(server.User, server.Password), Host: "localhost:" + port, Path: "/default"}
	for name, c := range map[string]struct {
		uri  string
		want Result
	}{
		"http is plain":        {server.URL(), accepted()},
		"https is TLS":         {secure.String(), accepted()},
		"a query says nothing": {server.URL() + "?query=DROP+DATABASE+x&user=nobody", accepted()},
		"a wrong password":     {strings.Replace(server.URL(), server.Password, "wrong", 1), rejected(models.ReasonAuthRejected)},
		"a wrong database":     {server.URL() + "x", rejected(models.ReasonDatabaseNotFound)},
		"another scheme":       {"clickhouse" + strings.TrimPrefix(server.URL(), "http"), unavailable(models.ReasonHostNotFound)},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, patiently(t, loopback(t), byURI("clickhouse", c.uri)), c.want)
		})
	}
}

// What newer servers say, and what no ClickHouse does: these few lines stand for them.
func TestClickHouse_answers(t *testing.T) {
	r := loginTo("clickhouse", testservers.Server{Host: "127.0.0.1", User: "u", Password: "canary-password", Database: "d"}, "tls", "disable")
	answer := func(status, header, body string) string {
		return fmt.Sprintf("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s", status, header, len(body), body)
	}
	for name, c := range map[string]struct {
		answer string
		want   Result
	}{
		"yes":                      {answer("200 OK", "", "1\n"), accepted()},
		"a wrong password, today":  {answer("403 Forbidden", "X-ClickHouse-Exception-Code: 516\r\n", "Code: 516. DB::Exception: u: Authentication failed"), rejected(models.ReasonAuthRejected)},
		"the same, by its text":    {answer("401 Unauthorized", "", "Code: 516. DB::Exception: u: Authentication failed"), rejected(models.ReasonAuthRejected)},
		"a wrong database, today":  {answer("404 Not Found", "X-ClickHouse-Exception-Code: 81\r\n", "Code: 81. DB::Exception: Database d does not exist"), rejected(models.ReasonDatabaseNotFound)},
		"no right":                 {answer("403 Forbidden", "X-ClickHouse-Exception-Code: 497\r\n", ""), rejected(models.ReasonInsufficientScope)},
		"too many queries":         {answer("500 Internal Server Error", "X-ClickHouse-Exception-Code: 202\r\n", ""), unavailable(models.ReasonUnexpectedResponse)},
		"a proxy's no":             {answer("401 Unauthorized", "", "<html>Who are you?</html>"), unavailable(models.ReasonUnexpectedResponse)},
		"a page":                   {answer("200 OK", "", "<html>Welcome</html>"), unavailable(models.ReasonUnexpectedResponse)},
		"an error in a success":    {answer("200 OK", "", "Code: 516. DB::Exception"), unavailable(models.ReasonUnexpectedResponse)},
		"a redirect":               {answer("307 Temporary Redirect", "Location: http://127.0.0.1:1/\r\n", ""), unavailable(models.ReasonUnexpectedResponse)},
		"a code inside other text": {answer("500 Oops", "", "you wrote Code: 516. DB"), unavailable(models.ReasonUnexpectedResponse)},
		"too long an answer":       {answer("200 OK", "", strings.Repeat("1\n", 64<<10)), unavailable(models.ReasonUnexpectedResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			_, port := serve(t, conversation(c.answer))
			expect(t, patiently(t, loopback(t), r.with("port", port)), c.want)
		})
	}
}
