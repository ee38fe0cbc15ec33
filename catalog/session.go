package catalog

import (
	"slices"

	"keyward/models"
)

// session reads the log-in that comes before a request, and adds what it gives to the scope. fixed are the hosts of its URLs that no
// field decides.
func (r *reader) session(v value, scope *names, hosts value) (session *models.ServiceSession, fixed []string) {
	session = &models.ServiceSession{
		Request:     r.request(v.get("request"), *scope),
		Unavailable: r.rules(v.get("unavailable")),
		Accept:      r.rules(v.get("accept")),
		Reject:      r.rules(v.get("reject")),
		Values:      map[string]models.SessionValue{},
	}
	r.checkReject(v.get("reject"))
	target := func(url value) {
		if host := r.target(url, *scope, hosts); host != "" {
			fixed = append(fixed, host)
		}
	}
	target(v.get("request").get("url"))
	var made []string
	for _, m := range v.get("values").members() {
		r.checkFree(m.value.pointer(), m.key, *scope)
		session.Values[m.key] = models.SessionValue{
			Pointer: m.value.get("pointer").text(), Header: m.value.get("header").text(), Cookie: m.value.get("cookie").text(),
		}
		made = append(made, m.key)
	}
	scope.make(made...)
	if logout := v.get("logout"); logout.present {
		session.Logout = r.request(logout, *scope)
		target(logout.get("url"))
	}
	return session, fixed
}

// jwt reads what is signed before a request, and adds its name to the scope.
func (r *reader) jwt(v value, scope *names) *models.JWT {
	for _, name := range []string{models.JWTName, models.KeyFingerprint} {
		r.checkFree(v.pointer(), name, *scope)
	}
	read := &models.JWT{
		Algorithm:  v.get("algorithm").text(),
		PrivateKey: r.template(v.get("privateKey"), *scope),
		KeyID:      r.template(v.get("keyId"), *scope),
		Lifetime:   v.get("lifetime").number(),
	}
	claims := *scope
	claims.make(models.KeyFingerprint)
	read.Claims = r.templates(v.get("claims"), claims)
	scope.make(models.JWTName)
	return read
}

// make adds names, to this scope only.
func (n *names) make(made ...string) {
	all := map[string]bool{}
	for name := range n.made {
		all[name] = true
	}
	for _, name := range made {
		all[name] = true
	}
	n.made = all
}

// checkFree refuses a name that means something already.
func (r *reader) checkFree(pointer, name string, scope names) {
	spec, _ := scope.field(name)
	_, isVariable := scope.variables[name]
	if spec != nil || isVariable || scope.granted[name] || scope.made[name] {
		r.fail(pointer, "gives {{%s}}, which is the name of something else too", name)
	}
}

// checkCovered sees to it that the fixed hosts are among those that secrets may go to.
func (r *reader) checkCovered(pointer string, fixed, hosts []string) {
	for _, host := range fixed {
		if !slices.ContainsFunc(hosts, func(h string) bool { return covers(h, host) }) {
			r.fail(pointer, "goes to %s, which is not among the hosts that secrets may go to: declare hosts", host)
		}
	}
}
