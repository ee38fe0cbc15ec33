package catalog

import (
	"maps"
	"slices"

	"keyward/models"
)

// fetchedOptions reads how the selects' options are fetched: by a request like a dry request's, to the hosts that the method's own
// verification may go to.
func (r *reader) fetchedOptions(method *models.AuthMethod, fields, hosts value) {
	for i := range method.Fields {
		spec := &method.Fields[i]
		if spec.OptionsFrom == nil {
			continue
		}
		v := fields.get(spec.Key).get("optionsFrom")
		switch {
		case spec.View != models.ViewSelect || len(spec.Options) > 0:
			r.fail(v.pointer(), "is for a SelectView without options of its own")
		case method.DryRequest == nil:
			r.fail(v.pointer(), "can't be used: the method has no verification, whose hosts say where the request may go")
		case method.OAuth2 != nil || method.OAuth1 != nil:
			r.fail(v.pointer(), "can't be used: there are no tokens yet when the form is filled in")
		default:
			r.optionsRequest(method, spec, v.get("request"), hosts)
		}
	}
}

func (r *reader) optionsRequest(method *models.AuthMethod, spec *models.FieldSpec, v, hosts value) {
	own := method.DryRequest
	scope := names{method: method, variables: r.variables, derived: own.Derived}
	request := r.request(v, scope)
	if host := r.target(v.get("url"), scope, hosts); host != "" {
		r.checkCovered(v.pointer(), []string{host}, own.Hosts)
	}
	derived := map[string]models.Derivation{}
	for _, name := range namesOf(request) {
		if d, ok := own.Derived[name]; ok {
			derived[name] = d
		}
		field, _ := scope.field(name)
		switch {
		case field == nil:
		case field.Key == spec.Key:
			r.fail(v.pointer(), "needs the very field %s whose options it fetches", spec.Key)
		case !slices.Contains(spec.OptionsFrom.Needs, field.Key):
			spec.OptionsFrom.Needs = append(spec.OptionsFrom.Needs, field.Key)
		}
	}
	spec.OptionsFrom.DryRequest = &models.DryRequest{
		Protocol: "http", Hosts: own.Hosts, Variables: r.variables, Derived: derived, Request: request,
		Accept: []models.ResponseRule{{Status: []int{200}}},
		Reject: []models.ResponseRule{{Status: []int{401, 403}}},
	}
}

// namesOf are the names in a request's texts, in a fixed order.
func namesOf(request *models.HTTPRequest) []string {
	texts := []string{request.URL, request.JSON}
	for _, pairs := range []map[string]string{request.Headers, request.Query, request.Form, request.Cookies} {
		for _, name := range slices.Sorted(maps.Keys(pairs)) {
			texts = append(texts, name, pairs[name])
		}
	}
	if request.Basic != nil {
		texts = append(texts, request.Basic.Username, request.Basic.Password)
	}
	var names []string
	for _, text := range texts {
		names = append(names, namesIn(text)...)
	}
	return names
}
