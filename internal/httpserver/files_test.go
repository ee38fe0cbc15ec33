package httpserver

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"testing"
)

var nonceInPage = regexp.MustCompile(`<meta name="csp-nonce" content="([A-Za-z0-9+/=]+)">`)

func nonceOf(t *testing.T, page string) string {
	t.Helper()
	found := nonceInPage.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no nonce in %s", page)
	}
	return found[1]
}

func TestApp_has_another_nonce_in_each_answer(t *testing.T) {
	d := open(t, config(), built)
	seen := map[string]bool{}
	for _, path := range []string{"/", "/", "/w/ws_1", "/w/ws_1"} {
		res, body := d.do("GET", path, "")
		nonce := nonceOf(t, body)
		if random, err := base64.StdEncoding.DecodeString(nonce); err != nil || len(random) != 16 {
			t.Errorf("%q is not 128 bits in base64: %v", nonce, err)
		}
		policy := res.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "style-src 'self' 'nonce-"+nonce+"';") || strings.Contains(body+policy, "NONCE") {
			t.Errorf("the page has the nonce %s, the policy is %s", nonce, policy)
		}
		if seen[nonce] {
			t.Errorf("%s came twice", nonce)
		}
		seen[nonce] = true
		if res.Header.Get("ETag") != "" {
			t.Error("a browser could keep the page")
		}
		if head, none := d.do("HEAD", path, ""); head.ContentLength != int64(len(body)) || none != "" {
			t.Errorf("HEAD tells a length of %d and answers %q; the page has %d bytes", head.ContentLength, none, len(body))
		}
	}
}

func TestAssets_are_small_to_who_reads_gzip(t *testing.T) {
	d := open(t, config(), built)
	const script, font = "/assets/main-a1b2c3.js", "/assets/font-a1b2c3.woff2"
	plain, _ := d.do("GET", script, "", "Accept-Encoding", "identity")
	for accept, zipped := range map[string]bool{
		"gzip": true, "br, gzip": true, "deflate, GZIP;q=0.5": true, "gzip; q=1": true, "gzip, deflate, br, zstd": true,
		"identity": false, ",": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "gzip;q=no": false, "*": false, "xgzip": false,
	} {
		for range 2 { // once made, once kept
			res, body := d.do("GET", script, "", "Accept-Encoding", accept)
			if (res.Header.Get("Content-Encoding") == "gzip") != zipped || res.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%q got Content-Encoding %q, Vary %q", accept, res.Header.Get("Content-Encoding"), res.Header.Get("Vary"))
			}
			if (res.Header.Get("ETag") == plain.Header.Get("ETag")) == zipped {
				t.Errorf("%q got the ETag %s, the file as it is has %s", accept, res.Header.Get("ETag"), plain.Header.Get("ETag"))
			}
			if zipped {
				body = unzipped(t, body)
			}
			if body != "export {}" || res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
				t.Errorf("%q got %q %q", accept, res.Header.Get("Content-Type"), body)
			}
			again, _ := d.do("GET", script, "", "Accept-Encoding", accept, "If-None-Match", res.Header.Get("ETag"))
			if again.StatusCode != 304 {
				t.Errorf("%q, asked again, is answered %d, want 304", accept, again.StatusCode)
			}
		}
	}
	if res, body := d.do("GET", font, "", "Accept-Encoding", "gzip"); res.Header.Get("Content-Encoding") != "" || res.Header.Get("Vary") != "" || body != "a font" {
		t.Errorf("a font that is compressed already came as %q, %q", res.Header.Get("Content-Encoding"), body)
	}
	if res, body := d.do("HEAD", script, "", "Accept-Encoding", "gzip"); res.Header.Get("Content-Encoding") != "gzip" || body != "" {
		t.Errorf("HEAD tells Content-Encoding %q and answers %q", res.Header.Get("Content-Encoding"), body)
	}
}

func unzipped(t *testing.T, body string) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}
