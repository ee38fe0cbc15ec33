package template

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

var (
	leadingPlaceholder = regexp.MustCompile(`^` + placeholder.String())
	lonePlaceholder    = regexp.MustCompile(`^` + placeholder.String() + `$`)
	absoluteURL        = regexp.MustCompile(`^(https?://)([^/?#]*)(/[^?#]*)?(\?[^#]*)?$`)
	hostText           = regexp.MustCompile(`^[A-Za-z0-9.-]*$`)
	hostName           = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$`)
)

// URL fills a URL's template, each value escaped for its part. A template that begins with a value takes it as the
// base it is. The result's host may not yet be one that secrets may go to: see MayReach.
func (s Scope) URL(template string) (*url.URL, error) {
	filled, err := s.urlText(template)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(filled)
	if err != nil || u.User != nil || u.Fragment != "" || (u.Scheme != "https" && u.Scheme != "http") || !IsHost(u.Hostname()) {
		return nil, ErrForbidden
	}
	for segment := range strings.SplitSeq(u.Path, "/") { // decoded: %2e is a dot as well
		if segment == "." || segment == ".." {
			return nil, ErrForbidden
		}
	}
	return u, nil
}

func (s Scope) urlText(template string) (string, error) {
	if base := leadingPlaceholder.FindString(template); base != "" {
		rest := template[len(base):]
		if rest == "" {
			return s.Text(base), nil
		}
		start := s.Text(base)
		if strings.ContainsAny(start, "?#") || (rest[0] != '/' && rest[0] != '?') {
			return "", ErrForbidden
		}
		path, query, asked := strings.Cut(rest, "?")
		if path != "" {
			start = strings.TrimSuffix(start, "/")
		}
		return start + s.pathAndQuery(path, query, asked), nil
	}
	parts := absoluteURL.FindStringSubmatch(template)
	if parts == nil {
		return "", ErrForbidden
	}
	host, err := s.host(parts[2])
	if err != nil {
		return "", err
	}
	query, asked := strings.CutPrefix(parts[4], "?")
	return parts[1] + host + s.pathAndQuery(parts[3], query, asked), nil
}

func (s Scope) pathAndQuery(path, query string, asked bool) string {
	filled := s.fill(path, url.PathEscape)
	if asked {
		filled += "?" + s.fill(query, url.QueryEscape)
	}
	return filled
}

// host fills a host's template. A value may be a part of a host name and nothing that ends one.
func (s Scope) host(template string) (string, error) {
	clean := true
	filled := s.fill(template, func(value string) string {
		clean = clean && hostText.MatchString(value)
		return value
	})
	if !clean {
		return "", ErrForbidden
	}
	return filled, nil
}

// MayReach reports whether a secret may go to host and port: one of the declared hosts names it. With none declared,
// only a host that the descriptor itself spells out may be asked.
func (s Scope) MayReach(declared []string, hostTemplate, host, port string) bool {
	if len(declared) == 0 {
		return hostTemplate != "" && !placeholder.MatchString(hostTemplate)
	}
	host = CanonicalHost(host)
	for _, template := range declared {
		pattern, wantPort, ok := s.declaredHost(template)
		if !ok || (wantPort != "" && wantPort != port) {
			continue
		}
		parent, wildcard := strings.CutPrefix(pattern, "*.")
		if pattern == host || (wildcard && strings.HasSuffix(host, "."+parent)) {
			return true
		}
	}
	return false
}

// declaredHost reads one entry of a dry request's hosts: a name, "*.name", either with a port, or a single value that
// is a host or a whole URL. A URL's port is part of what it names, if it has one.
func (s Scope) declaredHost(template string) (host, port string, ok bool) {
	if lonePlaceholder.MatchString(template) {
		value := s.Text(template)
		if u, err := url.Parse(value); err == nil && u.Host != "" {
			return CanonicalHost(u.Hostname()), portOf(u), IsHost(u.Hostname())
		}
		if IsHost(value) {
			return CanonicalHost(value), "", true
		}
	}
	filled, err := s.host(template)
	if err != nil {
		return "", "", false
	}
	host, port = filled, ""
	if i := strings.LastIndexByte(filled, ':'); i >= 0 && (strings.Count(filled, ":") == 1 || filled[0] == '[') && !strings.HasSuffix(filled, "]") {
		host, port = filled[:i], filled[i+1:]
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	wildcard := strings.HasPrefix(template, "*.")
	return CanonicalHost(host), port, IsHost(host) || (wildcard && IsHost(strings.TrimPrefix(host, "*.")))
}

// HostOf cuts the host's template out of a URL's; it is empty where a value stands for it.
func HostOf(urlTemplate string) string {
	parts := absoluteURL.FindStringSubmatch(urlTemplate)
	if parts == nil {
		return ""
	}
	return parts[2]
}

// CanonicalHost is a host in one spelling.
func CanonicalHost(host string) string {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.String()
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// IsHost reports whether host is a name or an address that can be dialled: no port, no zone, no socket's path.
func IsHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	return len(host) <= 254 && hostName.MatchString(CanonicalHost(host))
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	switch u.Scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return "" // a database's
}

// Sole is the name in a template that is one {{name}} and nothing else; empty where it is not.
func Sole(template string) string {
	match := lonePlaceholder.FindStringSubmatch(template)
	if match == nil {
		return ""
	}
	return match[1]
}
