package sample_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"keyward/internal/sample"
)

type api struct {
	t   *testing.T
	url string
}

func start(t *testing.T) api {
	t.Helper()
	server := httptest.NewServer(sample.New())
	t.Cleanup(server.Close)
	return api{t, server.URL}
}

func (a api) do(method, path, key, contentType, body string) (int, http.Header, []byte) {
	a.t.Helper()
	req, err := http.NewRequest(method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("api-key", key)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	if !json.Valid(answer) || res.Header.Get("Content-Type") != "application/json" {
		a.t.Errorf("%s %s answered %q as %q, want JSON", method, path, answer, res.Header.Get("Content-Type"))
	}
	return res.StatusCode, res.Header, answer
}

func (a api) find(query string) []struct {
	ID     int64
	Name   string
	Status string
} {
	a.t.Helper()
	status, _, body := a.do("GET", "/pet/findByStatus"+query, "secret", "", "")
	if status != 200 {
		a.t.Fatalf("findByStatus%s answered %d %s", query, status, body)
	}
	var pets []struct {
		ID     int64
		Name   string
		Status string
	}
	if err := json.Unmarshal(body, &pets); err != nil {
		a.t.Fatal(err)
	}
	return pets
}

func TestAPIKey(t *testing.T) {
	a := start(t)
	for _, path := range []string{"/user/me", "/pet/findByStatus?status=sold", "/pet", "/elsewhere"} {
		for _, key := range []string{"", "Secret", "secre", "secretsecret"} {
			if status, _, _ := a.do("GET", path, key, "", ""); status != http.StatusUnauthorized {
				t.Errorf("%s with key %q answered %d, want 401", path, key, status)
			}
		}
	}
	if status, _, body := a.do("GET", "/user/me", "secret", "", ""); status != 200 || !strings.Contains(string(body), `"username"`) {
		t.Errorf("/user/me answered %d %s", status, body)
	}
}

func TestRouting(t *testing.T) {
	a := start(t)
	for _, c := range []struct {
		method, path, allow string
		status              int
	}{
		{"GET", "/", "", 404},
		{"GET", "/user/you", "", 404},
		{"POST", "/user/me", "GET", 405},
		{"DELETE", "/pet/findByStatus", "GET", 405},
		{"GET", "/pet", "POST", 405},
	} {
		status, header, _ := a.do(c.method, c.path, "secret", "", "")
		if status != c.status || header.Get("Allow") != c.allow {
			t.Errorf("%s %s answered %d, Allow %q; want %d, %q", c.method, c.path, status, header.Get("Allow"), c.status, c.allow)
		}
	}
}

func TestFindByStatus(t *testing.T) {
	a := start(t)
	available, sold := a.find("?status=available"), a.find("?status=sold")
	if len(available) == 0 || len(sold) == 0 {
		t.Fatalf("there are %d available and %d sold pets to begin with, want some of each", len(available), len(sold))
	}
	for _, p := range available {
		if p.Status != "available" {
			t.Errorf("asked for available pets, got a %s one", p.Status)
		}
	}
	if both := a.find("?status=available&status=sold"); len(both) != len(available)+len(sold) {
		t.Errorf("two statuses found %d pets, want %d", len(both), len(available)+len(sold))
	}
	for _, query := range []string{"", "?status=", "?status=eaten", "?status=sold&status=eaten"} {
		if status, _, _ := a.do("GET", "/pet/findByStatus"+query, "secret", "", ""); status != 400 {
			t.Errorf("findByStatus%s answered %d, want 400", query, status)
		}
	}
}

func TestAdd(t *testing.T) {
	a := start(t)
	before := a.find("?status=pending")
	status, _, body := a.do("POST", "/pet", "secret", "application/json; charset=utf-8", `{"id": 1, "name": "Rex", "status": "pending"}`)
	if status != 200 {
		t.Fatalf("a good pet was answered %d %s", status, body)
	}
	after := a.find("?status=pending")
	last := after[len(after)-1]
	if len(after) != len(before)+1 || last.Name != "Rex" || last.ID <= 1 {
		t.Errorf("after adding Rex the newest pending pet is %+v, of %d (before: %d)", last, len(after), len(before))
	}
	for name, c := range map[string]struct {
		contentType, body string
		status            int
	}{
		"no_name":        {"application/json", `{}`, 400},
		"long_name":      {"application/json", `{"name":"` + strings.Repeat("x", 101) + `"}`, 400},
		"unknown_status": {"application/json", `{"name":"Rex","status":"eaten"}`, 400},
		"many_photos":    {"application/json", `{"name":"Rex","photoUrls":["","","","","","","","","","",""]}`, 400},
		"long_photo":     {"application/json", `{"name":"Rex","photoUrls":["` + strings.Repeat("x", 501) + `"]}`, 400},
		"not_json":       {"application/json", `name=Rex`, 400},
		"trailing_data":  {"application/json", `{"name":"Rex"}{}`, 400},
		"wrong_type":     {"application/json", `{"name":7}`, 400},
		"form":           {"application/x-www-form-urlencoded", `name=Rex`, 415},
		"no_type":        {"", `{"name":"Rex"}`, 415},
		"too_large":      {"application/json", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
	} {
		t.Run("refused_for_"+name, func(t *testing.T) {
			a := api{t, a.url}
			if status, _, _ := a.do("POST", "/pet", "secret", c.contentType, c.body); status != c.status {
				t.Errorf("answered %d, want %d", status, c.status)
			}
		})
	}
}

func TestAdd_keeps_the_newest_1000(t *testing.T) {
	a := start(t)
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for i := range 130 {
				body := fmt.Sprintf(`{"name":"pet %d-%d"}`, worker, i)
				if status, _, _ := a.do("POST", "/pet", "secret", "application/json", body); status != 200 {
					t.Errorf("adding a pet answered %d", status)
				}
			}
		})
	}
	wait.Wait()
	pets := a.find("?status=available&status=pending&status=sold")
	if len(pets) != 1000 {
		t.Fatalf("%d pets are kept, want 1000", len(pets))
	}
	for i, p := range pets {
		if i > 0 && p.ID != pets[i-1].ID+1 {
			t.Fatalf("pet %d follows pet %d: ids have to be given out one by one", p.ID, pets[i-1].ID)
		}
	}
	if last := pets[len(pets)-1].ID; last != 5+8*130 {
		t.Errorf("the newest id is %d, want %d", last, 5+8*130)
	}
}
