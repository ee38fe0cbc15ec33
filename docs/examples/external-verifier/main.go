// An external verifier: Keyward posts a credential's values here, signed as Standard Webhooks has it, and takes nothing but
// {"verified": true} for a yes. Run it behind https, with the secret that the gateway has.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	secret := os.Getenv("SECRET")
	if key, err := keyOf(secret); err != nil || len(key) < 24 {
		panic("SECRET has to be the gateway's whsec_…: without it, anybody could ask") // an empty key is one that everybody knows
	}
	server := &http.Server{Addr: "127.0.0.1:9000", Handler: verifier(secret), ReadTimeout: 10 * time.Second}
	if err := server.ListenAndServe(); err != nil {
		panic(err)
	}
}

func keyOf(secret string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
}

func verifier(secret string) http.HandlerFunc {
	key, _ := keyOf(secret)
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + string(body)))
		want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		sent, _ := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
		if !hmac.Equal([]byte(want), []byte(r.Header.Get("webhook-signature"))) || time.Since(time.Unix(sent, 0)).Abs() > 5*time.Minute {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var q struct {
			Component, Method string
			Values            map[string]string
		}
		_ = json.Unmarshal(body, &q)
		// Here is the place to ask the service about q.Values.
		if q.Values["pin"] == "1234" {
			_, _ = io.WriteString(w, `{"verified": true}`)
			return
		}
		_, _ = io.WriteString(w, `{"verified": false, "reason": "AUTH_REJECTED"}`)
	}
}
