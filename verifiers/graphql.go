package verifiers

import (
	"encoding/json"
	"net/http"

	"keyward/models"
)

// smallestQuery is what every GraphQL service can answer.
const smallestQuery = "{__typename}"

// newGraphQL asks a GraphQL service for its root type's name, or what the parameter query says, by POST as «GraphQL over HTTP» has it
// (https://graphql.github.io/graphql-over-http/draft/). Its no comes in the body, often with the status 200.
func newGraphQL() web {
	return web{
		request: func(params map[string]string) *models.HTTPRequest {
			query := params["query"]
			if query == "" {
				query = smallestQuery
			}
			body, _ := json.Marshal(map[string]string{"query": query}) // texts can always be encoded
			return &models.HTTPRequest{Method: http.MethodPost, JSON: string(body)}
		},
		accept: "application/graphql-response+json, application/json;q=0.9",
		judge: func(params map[string]string, a answer) Result {
			return judgeGraphQL(a, params["query"] == "")
		},
	}
}

func judgeGraphQL(a answer, smallest bool) Result {
	var told struct {
		Data   map[string]json.RawMessage `json:"data"`
		Errors []struct {
			Extensions struct {
				Code any `json:"code"`
			} `json:"extensions"`
		} `json:"errors"`
	}
	if json.Unmarshal(a.body, &told) != nil {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	for _, e := range told.Errors {
		switch e.Extensions.Code {
		case "UNAUTHENTICATED":
			return rejected(models.ReasonAuthRejected)
		case "FORBIDDEN":
			return rejected(models.ReasonInsufficientScope)
		}
	}
	if a.status != http.StatusOK || len(told.Errors) > 0 || len(told.Data) == 0 {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	var root string
	if smallest && (json.Unmarshal(told.Data["__typename"], &root) != nil || root == "") {
		return unavailable(models.ReasonUnexpectedResponse)
	}
	for _, value := range told.Data {
		if string(value) == "null" { // nobody is logged in, as { viewer { id } } says it
			return unavailable(models.ReasonUnexpectedResponse)
		}
	}
	return accepted()
}
