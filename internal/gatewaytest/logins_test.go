package gatewaytest_test

import (
	"strconv"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/internal/testservers"
	"keyward/models"
)

// Real databases take and refuse credentials for themselves.
func TestLogins(t *testing.T) {
	t.Parallel()
	Each(t, func(t *testing.T, g *Gateway) {
		c := g.Client(t, models.RoleOwner)
		d := g.Database
		d.PublicOnly = true
		public := &Client{URL: New(t, d).URL, Token: c.Token}
		for component, tls := range map[string]string{"postgresql": "sslMode", "mysql": "tls"} {
			login := map[string]func(testing.TB) testservers.Server{"postgresql": testservers.Postgres, "mysql": testservers.MariaDB}[component](t)
			_, closed, _ := strings.Cut(freeAddr(t), ":")
			right := map[string]string{
				"host": login.Host, "port": strconv.Itoa(login.Port), "database": login.Database,
				"user": login.User, "password": login.Password, tls: "disable",
			}
			for _, try := range []struct {
				what, field, value string
				c                  *Client
				want               string
			}{
				{"right", "", "", c, "CreateCredentialSuccess"},
				{"a wrong password", "password", "wrong", c, "VerificationFailedError REJECTED AUTH_REJECTED"},
				{"a wrong user", "user", "nobody_of_that_name", c, "VerificationFailedError REJECTED AUTH_REJECTED"},
				{"a wrong database", "database", "no_such_database", c, "VerificationFailedError REJECTED DATABASE_NOT_FOUND"},
				{"a closed port", "port", closed, c, "VerificationFailedError UNAVAILABLE CONNECTION_REFUSED"},
				{"TLS where there is none", tls, map[string]string{"postgresql": "verify-full", "mysql": "verify"}[component], c, "VerificationFailedError UNAVAILABLE TLS_INVALID"},
				{"a gateway that may not reach it", "", "", public, "VerificationFailedError UNAVAILABLE TARGET_FORBIDDEN"},
				{"the same with a closed port", "port", closed, public, "VerificationFailedError UNAVAILABLE TARGET_FORBIDDEN"},
			} {
				var fields []Vars
				for key, value := range right {
					if key == try.field {
						value = try.value
					}
					fields = append(fields, Vars{"key": key, "value": value})
				}
				answer := try.c.Must(t, CreateCredential, Vars{"input": Vars{"componentId": "cmp_" + component, "fields": fields}})
				if got := failure(answer); got != try.want {
					t.Errorf("%s, %s: %s, want %s", component, try.what, got, try.want)
				}
				if status := answer.Text("createCredential.credential.status"); try.want == "CreateCredentialSuccess" && status != "VERIFIED" {
					t.Errorf("%s: %s", component, status)
				}
			}
		}
		for component, uri := range map[string]string{
			"postgresql": testservers.Postgres(t).URL(), "mysql": testservers.MariaDB(t).URL() + "?ssl-mode=DISABLED",
		} {
			wrong := strings.Replace(uri, "@", "-wrong@", 1)
			for _, try := range []struct {
				c         *Client
				uri, want string
			}{
				{c, uri, "CreateCredentialSuccess"},
				{c, wrong, "VerificationFailedError REJECTED AUTH_REJECTED"},
				{public, uri, "VerificationFailedError UNAVAILABLE TARGET_FORBIDDEN"},
			} {
				answer := try.c.Must(t, CreateCredential, Vars{"input": Vars{
					"componentId": "cmp_" + component, "authMethod": "uri", "fields": []Vars{{"key": "uri", "value": try.uri}},
				}})
				if got := failure(answer); got != try.want {
					t.Errorf("%s by URI: %s, want %s", component, got, try.want)
				}
			}
		}
		if n := Count(t, g.SQL(t), "SELECT count(*) FROM credentials"); n != 4 {
			t.Errorf("%d rows", n)
		}
	})
}
