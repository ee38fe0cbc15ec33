package graph_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	. "keyward/internal/gatewaytest"
	"keyward/models"
)

// post sends a body as it stands, as JSON unless the headers say otherwise, and whoever wants headers names them in pairs.
func post(t *testing.T, c *Client, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	return send(t, c, http.MethodPost, body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

func send(t *testing.T, c *Client, method, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.URL+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.Token)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(answer)
}

const viewer = `{"query":"{ viewer { role } }"}`

func TestMethods(t *testing.T) {
	c := New(t, NewDatabase(t, "sqlite")).Client(t, models.RoleOwner)
	for _, method := range []string{"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CANARY"} {
		response, body := send(t, c, method, viewer, "Content-Type", "application/json")
		if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "POST" || strings.Contains(body, "OWNER") {
			t.Errorf("%s: %d %s", method, response.StatusCode, body)
		}
	}
}

func TestMediaTypes(t *testing.T) {
	c := New(t, NewDatabase(t, "sqlite")).Client(t, models.RoleOwner)
	for media, want := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, `application/json; charset="UTF-8"`: 200, "Application/JSON": 200,
		"application/json; charset=iso-8859-1": 415, "application/json; charset=utf-16": 415, "application/jsonx": 415, "text/json": 415,
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415, "application/graphql": 415,
		"application/json, text/plain": 415, "application/json; charset": 415, "*/*": 415, "canary": 415,
	} {
		response, body := post(t, c, viewer, "Content-Type", media)
		if response.StatusCode != want || strings.Contains(body, "canary") || (want == 200) != strings.Contains(body, "OWNER") {
			t.Errorf("%s: %d %s", media, response.StatusCode, body)
		}
	}
}

// No body is understood in another way than it reads, and none is repeated.
func TestBodies(t *testing.T) {
	c := New(t, NewDatabase(t, "sqlite")).Client(t, models.RoleOwner)
	again := strings.Repeat
	for name, tc := range map[string]struct {
		body   string
		status int
		holds  string
	}{
		"a query":                       {viewer, 200, "OWNER"},
		"blanks around it":              {" \n" + viewer + "\r\n ", 200, "OWNER"},
		"unknown keys":                  {`{"id":1,"query":"{ viewer { role } }"}`, 200, "OWNER"},
		"nulls":                         {`{"query":"{ viewer { role } }","variables":null,"operationName":null,"extensions":null}`, 200, "OWNER"},
		"a key twice, the last counts":  {`{"query":"{ canary }","query":"{ viewer { role } }"}`, 200, "OWNER"},
		"twice, and the last is no use": {`{"query":"{ viewer { role } }","query":"{ canary }"}`, 200, "no such field"},
		"a variable twice":              {`{"query":"query($n: Int!) { credentials(first: $n) { totalCount } }","variables":{"n":101,"n":1}}`, 200, "totalCount"},
		"a key in capitals":             {`{"QUERY":"{ viewer { role } }"}`, 400, "no query"},
		"capitals beside":               {`{"query":"{ viewer { role } }","Query":"{ canary }"}`, 200, "OWNER"},
		"a whole pair":                  {`{"query":"{ viewer { role } }","variables":{"a":"\ud83d\ude00 \\ud800 \\"}}`, 200, "OWNER"},
		"half a pair":                   {`{"query":"{ viewer { role } }","variables":{"a":"canary\ud83d"}}`, 400, "surrogate"},
		"the other half":                {`{"query":"{ viewer { role } }","variables":{"a":"\uDE00canary"}}`, 400, "surrogate"},
		"halves apart":                  {`{"query":"{ viewer { role } }","variables":{"a":"\ud83dcanary\ude00"}}`, 400, "surrogate"},
		"half a pair and an escape":     {`{"query":"{ viewer { role } }","variables":{"a":"\ud83d\ncanary"}}`, 400, "surrogate"},
		"half a pair for a key":         {`{"query":"{ viewer { role } }","variables":{"\ud83d":"canary"}}`, 400, "surrogate"},
		"half an escape":                {`{"query":"{ viewer { role } }","variables":{"a":"\ud8`, 400, "one JSON object"},
		"no UTF-8":                      {`{"query":"{ viewer { role } }","variables":{"a":"canary` + "\xff" + `"}}`, 400, "UTF-8"},
		"a mark of the byte order":      {"\uFEFF" + viewer, 400, "one JSON object"},
		"nothing":                       {"", 400, "one JSON object"},
		"null":                          {"null", 400, "one JSON object"},
		"a text":                        {`"canary"`, 400, "one JSON object"},
		"two objects":                   {viewer + viewer, 400, "one JSON object"},
		"a batch":                       {"[" + viewer + "," + viewer + "]", 400, "one JSON object"},
		"a NUL behind it":               {viewer + "\x00", 400, "one JSON object"},
		"a query that is null":          {`{"query":null}`, 400, "no query"},
		"a query that is a number":      {`{"query":4711}`, 400, "wrong type"},
		"variables that are a list":     {`{"query":"{ viewer { role } }","variables":["canary"]}`, 400, "wrong type"},
		"a name that is an object":      {`{"query":"{ viewer { role } }","operationName":{"canary":1}}`, 400, "wrong type"},
		"extensions that are a text":    {`{"query":"{ viewer { role } }","extensions":"canary"}`, 400, "wrong type"},
		"a persisted query":             {`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"canary"}}}`, 400, "no query"},
		"20 deep":                       {`{"query":"{ viewer { role } }","variables":{"a":` + again("[", 18) + again("]", 18) + `}}`, 200, "OWNER"},
		"21 deep":                       {`{"query":"{ viewer { role } }","variables":{"a":` + again("[", 19) + again("]", 19) + `}}`, 400, "TOO_COSTLY"},
		"half a million deep":           {again("[", 500_000), 400, "TOO_COSTLY"},
		"brackets in a text":            {`{"query":"{ viewer { role } }","variables":{"a":"` + again("[{,:", 10_000) + `"}}`, 200, "OWNER"},
		"half a million values":         {`{"query":"{ viewer { role } }","variables":{"a":[1` + again(",1", 500_000) + `]}}`, 400, "TOO_COSTLY"},
		"a number of 100,000 digits":    {`{"query":"query($n: Int!) { credentials(first: $n) { totalCount } }","variables":{"n":` + again("9", 100_000) + `}}`, 200, "BAD_REQUEST"},
		"a MiB":                         {`{"query":"{ viewer { role } }"}` + again(" ", 1<<20-len(viewer)), 200, "OWNER"},
		"a byte more":                   {`{"query":"{ viewer { role } }"}` + again(" ", 1<<20-len(viewer)+1), 413, "1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := post(t, c, tc.body)
			if response.StatusCode != tc.status || !strings.Contains(body, tc.holds) || strings.Contains(body, "canary") || len(body) > 1000 {
				t.Errorf("%d %.500s", response.StatusCode, body)
			}
			if !json.Valid([]byte(body)) || response.Header.Get("X-Content-Type-Options") != "nosniff" || response.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%v %.500s", response.Header, body)
			}
		})
	}
}

// Another site's page can't make a browser ask us, and learns nothing.
func TestOtherSites(t *testing.T) {
	g := New(t, NewDatabase(t, "sqlite"))
	c := g.Client(t, models.RoleOwner)
	for name, tc := range map[string]struct {
		headers []string
		status  int
	}{
		"another origin":       {[]string{"Origin", "https://evil.example"}, 403},
		"no origin":            {[]string{"Origin", "null"}, 403},
		"our host, other port": {[]string{"Origin", "http://127.0.0.1:1"}, 403},
		"cross-site":           {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a sibling site":       {[]string{"Sec-Fetch-Site", "same-site"}, 403},
		"our own page":         {[]string{"Origin", g.URL, "Sec-Fetch-Site", "same-origin"}, 200},
		"no browser":           {nil, 200},
	} {
		t.Run(name, func(t *testing.T) {
			response, body := post(t, c, viewer, tc.headers...)
			if response.StatusCode != tc.status || (tc.status == 200) != strings.Contains(body, "OWNER") {
				t.Errorf("%d %s", response.StatusCode, body)
			}
			for header := range response.Header {
				if strings.HasPrefix(header, "Access-Control-") {
					t.Errorf("%s: %s", header, response.Header.Get(header))
				}
			}
		})
	}
	anonymous := &Client{URL: g.URL}
	if response := anonymous.Do(t, introspection, nil); response.Status != 401 || response.Data != nil {
		t.Errorf("introspection without a token: %d %s", response.Status, response.Raw)
	}
}

// A frontend of another origin that the operator names may ask with a token.
func TestAllowedOrigins(t *testing.T) {
	d := NewDatabase(t, "sqlite")
	d.AllowedOrigins = "https://app.example.com, http://localhost:5173"
	c := New(t, d).Client(t, models.RoleOwner)
	response, body := post(t, c, viewer, "Origin", "https://app.example.com", "Sec-Fetch-Site", "cross-site")
	if response.StatusCode != 200 || !strings.Contains(body, "OWNER") || response.Header.Get("Access-Control-Allow-Origin") != "https://app.example.com" {
		t.Errorf("%d %v %s", response.StatusCode, response.Header, body)
	}
	if response, _ := post(t, c, viewer, "Origin", "https://evil.example"); response.StatusCode != 403 || response.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
}
