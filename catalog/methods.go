package catalog

import (
	"slices"

	"keyward/models"
)

// methods reads a component's auth methods: our own ones, or else what elastic.io's credentials amount to. No credentials
// at all means that steps of this component have none.
func (r *reader) methods(root value) []models.AuthMethod {
	defaults := declared{verification: root.get("verification"), hosts: root.get("hosts")}
	if own := root.get("methods"); own.present {
		return r.ownMethods(own, defaults)
	}
	credentials := root.get("credentials")
	if !credentials.present {
		if defaults.verification.present {
			r.fail(defaults.verification.pointer(), "has nothing to verify: the component has neither methods nor credentials")
		}
		return nil
	}
	return r.elasticMethods(root, defaults)
}

// declared is where a method's dry request stands.
type declared struct{ verification, hosts value }

func (r *reader) ownMethods(own value, defaults declared) []models.AuthMethod {
	methods := make([]models.AuthMethod, 0, len(own.items()))
	for _, v := range own.items() {
		method := models.AuthMethod{
			Key:    v.get("key").text(),
			Title:  r.title(v.get("title")),
			Kind:   models.AuthKind(v.get("kind").text()),
			Fields: r.fields(v.get("fields").members()),
			Scopes: v.get("scopes").texts(),
		}
		if slices.ContainsFunc(methods, func(m models.AuthMethod) bool { return m.Key == method.Key }) {
			r.fail(v.get("key").pointer(), "is the key of another method too")
		}
		if method.Kind == models.AuthNone {
			for i := range method.Fields {
				if method.Fields[i].Secret {
					r.fail(v.get("fields").get(method.Fields[i].Key).pointer(), "is secret, but a method of kind NONE has no secrets")
				}
			}
		}
		use := defaults
		if v.get("hosts").present {
			use.hosts = v.get("hosts")
		}
		r.oauth(&method, v)
		if v.get("verification").present {
			use.verification = v.get("verification")
			if !hasValues(&method) {
				r.fail(use.verification.pointer(), "can't be used: without oauth2 or oauth1, a method of kind %s has nothing to try", method.Kind)
			}
		}
		r.verify(&method, use)
		r.fetchedOptions(&method, v.get("fields"), use.hosts)
		methods = append(methods, method)
	}
	return methods
}

// hasValues: there is something to try, be it typed in or given by a provider.
func hasValues(method *models.AuthMethod) bool {
	switch method.Kind {
	case models.AuthOAuth2AuthorizationCode, models.AuthOAuth2ClientCredentials:
		return method.OAuth2 != nil || method.Kind == models.AuthOAuth2ClientCredentials
	case models.AuthOAuth1:
		return method.OAuth1 != nil
	}
	return true
}

// verify gives a method its dry request, where one is declared.
func (r *reader) verify(method *models.AuthMethod, use declared) {
	if use.verification.present && hasValues(method) {
		method.DryRequest = r.dryRequest(method, use)
	}
}
