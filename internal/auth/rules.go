package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"keyward/models"
)

// Rule gives a role to those whom it fits.
type Rule struct {
	kind, value string
	role        models.Role
}

// What a rule may look at.
const (
	ruleGroup  = "group"
	ruleDomain = "domain"
	ruleEmail  = "email"
)

// ParseRules reads rules separated by commas: "group:keyward-admins=OWNER,domain:example.com=VIEWER". Their order says
// nothing: of all that fit, the highest role counts.
func ParseRules(list string) ([]Rule, error) {
	var rules []Rule
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		rule, err := parseRule(item)
		if err != nil {
			return nil, fmt.Errorf("the rule %q can't be used: %w; write it like group:keyward-admins=OWNER, domain:example.com=VIEWER or email:ada@example.com=EDITOR", item, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

func parseRule(item string) (Rule, error) {
	at := strings.LastIndex(item, "=") // a group's name may hold one
	if at < 0 {
		return Rule{}, errors.New("it gives no role")
	}
	kind, value, _ := strings.Cut(item[:at], ":")
	rule := Rule{strings.TrimSpace(kind), strings.TrimSpace(value), models.Role(strings.TrimSpace(item[at+1:]))}
	local, domain, isEmail := strings.Cut(rule.value, "@")
	switch {
	case !slices.Contains(peopleRoles, rule.role):
		return rule, errors.New("people are OWNER, EDITOR or VIEWER")
	case rule.value == "":
		return rule, errors.New("it fits nobody")
	case rule.kind == ruleGroup:
		return rule, nil
	case rule.kind == ruleDomain && (isEmail || !isDomain(rule.value)):
		return rule, errors.New("a domain is what follows the @, without a star")
	case rule.kind == ruleEmail && (local == "" || !isDomain(domain)):
		return rule, errors.New("that is no e-mail address")
	case rule.kind != ruleDomain && rule.kind != ruleEmail:
		return rule, errors.New("a rule is about a group, a domain or an email")
	}
	return rule, nil
}

func isDomain(text string) bool {
	return strings.Contains(text, ".") && !strings.ContainsAny(text, "@*/: ") && !strings.HasPrefix(text, ".") && !strings.HasSuffix(text, ".")
}

// roleOf is the highest role that the rules give; empty where none fits. An address that the provider has not verified
// fits nothing: anybody could have typed it.
func roleOf(rules []Rule, who identity) models.Role {
	best := len(peopleRoles)
	for _, rule := range rules {
		if rule.fits(who) {
			best = min(best, slices.Index(peopleRoles, rule.role))
		}
	}
	if best == len(peopleRoles) {
		return ""
	}
	return peopleRoles[best]
}

func (r Rule) fits(who identity) bool {
	at := strings.LastIndex(who.email, "@")
	switch r.kind {
	case ruleGroup:
		return slices.Contains(who.groups, r.value)
	case ruleDomain:
		return who.verified && at > 0 && same(who.email[at+1:], r.value)
	case ruleEmail:
		return who.verified && same(who.email, r.value)
	}
	return false
}

// same compares without regard to case. The lengths keep letters apart that only look alike, such as K and the Kelvin sign.
func same(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }
