package verifiers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"keyward/catalog"
	"keyward/models"
)

// golden is a component's answers.json: catalog/answers.schema.json describes it.
type golden struct {
	Schema  string `json:"$schema"`
	Source  string
	Methods map[string]goldenMethod
}

type goldenMethod struct {
	Source          string
	Fields, Granted map[string]string
	Request         goldenRequest
	Then            []goldenRequest
	Logout          *goldenRequest
	Answers         []goldenAnswer
}

type goldenRequest struct {
	Method, URL    string
	Headers, Query map[string]string
	Body           json.RawMessage
}

type goldenReply struct {
	Status  int
	Headers map[string]string
	Body    json.RawMessage
}

type goldenAnswer struct {
	goldenReply
	Name    string
	Then    []goldenReply
	Outcome models.VerificationOutcome
	Reason  models.VerificationReason
	Account models.Account
}

func (a goldenAnswer) replies() []goldenReply {
	return slices.Concat([]goldenReply{a.goldenReply}, a.Then)
}
func (m goldenMethod) requests() []goldenRequest {
	return slices.Concat([]goldenRequest{m.Request}, m.Then)
}

// overHTTP are the protocols whose dry requests are declared: none of their methods goes without golden answers.
var overHTTP = []string{"http"}

// Every dry request of the catalog is made as its vendor documents it, and the vendor's answers mean what they say.
func TestGolden(t *testing.T) {
	components, err := catalog.Load(catalog.Builtin(), nil)
	if err != nil {
		t.Fatal(err)
	}
	vendor := newStandIn(t)
	for _, component := range components {
		answers := readGolden(t, component.Key)
		for i := range component.Methods {
			method := &component.Methods[i]
			name := component.Key + "/" + method.Key
			want, found := answers.Methods[method.Key]
			delete(answers.Methods, method.Key)
			if method.DryRequest == nil || !slices.Contains(overHTTP, method.DryRequest.Protocol) {
				if found {
					t.Errorf("%s has answers, and makes no HTTP request", name)
				}
				continue
			}
			if !found {
				t.Errorf("%s has no answers in catalog/%s/answers.json: read the vendor's from its documentation", name, component.Key)
				continue
			}
			t.Run(name, func(t *testing.T) {
				checkForm(t, method, want)
				vendor.replay(t, component.Key, method, want)
			})
		}
		for left := range answers.Methods {
			t.Errorf("catalog/%s/answers.json is for the method %s, which is none", component.Key, left)
		}
	}
}

func readGolden(t *testing.T, key string) (answers golden) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../catalog", key, "answers.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return golden{}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := errors.Join(err, decoder.Decode(&answers)); err != nil {
		t.Fatalf("catalog/%s/answers.json: %s", key, err)
	}
	return answers
}

// checkForm holds the golden values to the form that people fill in.
func checkForm(t *testing.T, method *models.AuthMethod, want goldenMethod) {
	t.Helper()
	typed := want.values()
	for name := range want.Fields {
		if _, known := method.Field(name); !known {
			t.Errorf("the form has no field %s", name)
		}
	}
	for _, field := range method.Fields {
		value, given := want.Fields[field.Key]
		if !given && field.Required && field.Visible(typed) {
			t.Errorf("the field %s is missing", field.Key)
		}
		if given && field.Pattern != "" && !whole(field.Pattern).MatchString(value) {
			t.Errorf("%q is no %s: %s", value, field.Key, field.PatternMessage)
		}
		if given && len(field.Options) > 0 && !slices.ContainsFunc(field.Options, func(o models.FieldOption) bool { return o.Value == value }) {
			t.Errorf("%q is no option of %s", value, field.Key)
		}
	}
	if method.OAuth2 == nil {
		return
	}
	for _, capture := range method.OAuth2.Captures {
		if value := want.Granted[capture.Name]; capture.Pattern != "" && !whole(capture.Pattern).MatchString(value) {
			t.Errorf("a connection never brings %q as %s", value, capture.Name)
		}
	}
}

func whole(pattern string) *regexp.Regexp { return regexp.MustCompile("^(?:" + pattern + ")$") }

func (m goldenMethod) values() models.Values {
	all := models.Values{}
	for _, texts := range []map[string]string{m.Fields, m.Granted} {
		for name, text := range texts {
			all[name] = models.NewSecret(text)
		}
	}
	return all
}

func (s *standIn) replay(t *testing.T, component string, method *models.AuthMethod, want goldenMethod) {
	var outcomes []models.VerificationOutcome
	for _, answer := range want.Answers {
		outcomes = append(outcomes, answer.Outcome)
		got := s.ask(t, component, method, want, answer.replies())
		expected := Result{Outcome: answer.Outcome, Reason: answer.Reason, Account: answer.Account}
		if got != expected {
			t.Errorf("%s: got %+v, want %+v", answer.Name, got, expected)
		}
	}
	for _, needed := range []models.VerificationOutcome{models.Accepted, models.Rejected} {
		if !slices.Contains(outcomes, needed) {
			t.Errorf("no answer is %s", needed)
		}
	}
	if i := slices.Index(outcomes, models.Accepted); i >= 0 {
		s.trouble(t, component, method, want, want.Answers[i])
	}
}

// trouble: an answer that went wrong on its way says nothing, though it be the best one.
func (s *standIn) trouble(t *testing.T, component string, method *models.AuthMethod, want goldenMethod, good goldenAnswer) {
	for step, reply := range good.replies() {
		before := good.replies()[:step]
		broken := map[models.VerificationReason][]goldenReply{
			models.ReasonUnexpectedResponse: {{http.StatusInternalServerError, reply.Headers, reply.Body}, {http.StatusBadGateway, nil, nil}},
			models.ReasonRateLimited:        {{http.StatusTooManyRequests, reply.Headers, nil}},
		}
		if body := text(reply.Body); len(body) > 1 {
			cut := maps.Clone(reply.Headers)
			if cut == nil {
				cut = map[string]string{}
			}
			cut[cutOff] = "yes"
			broken[models.ReasonConnectionRefused] = []goldenReply{{reply.Status, cut, reply.Body}}
		}
		if !slices.ContainsFunc(method.DryRequest.Accept, func(rule models.ResponseRule) bool { return rule.JSON == nil }) {
			page, _ := json.Marshal("<!doctype html><title>Please sign in</title>")
			half, _ := json.Marshal(text(reply.Body)[:len(text(reply.Body))/2])
			broken[models.ReasonUnexpectedResponse] = append(broken[models.ReasonUnexpectedResponse],
				goldenReply{reply.Status, nil, page}, goldenReply{reply.Status, reply.Headers, half})
		}
		for reason, replies := range broken {
			for _, reply := range replies {
				if got := s.ask(t, component, method, want, slices.Concat(before, []goldenReply{reply})); got != unavailable(reason) {
					t.Errorf("%d with %.40q: got %+v, want %s", reply.Status, reply.Body, got, reason)
				}
			}
		}
	}
}
