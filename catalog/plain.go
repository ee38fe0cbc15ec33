package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// prose reads a sentence for people. elastic.io's may have a little HTML in them; what people get is text, with links as
// «text (https://…)». link is the first of these.
func prose(text string) (plain, link string) {
	if !strings.ContainsAny(text, "<&") {
		return line(text, true), ""
	}
	p := &prosaist{}
	for tokens := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			p.closeLink()
			return line(p.out.String(), true), p.first
		}
		raw := string(tokens.Raw())
		p.take(kind, tokens.Token(), raw)
	}
}

// meant is no tag, but what somebody wrote: https://<your-domain>.example.com.
var meant = regexp.MustCompile(`\A<[A-Za-z][A-Za-z0-9_-]*>\z`)

// prosaist writes HTML down as text.
type prosaist struct {
	out     strings.Builder
	href    string // of the link that is open
	from    int    // where its text begins
	first   string
	skipped atom.Atom // a script or style that is open
}

func (p *prosaist) take(kind html.TokenType, token html.Token, raw string) {
	if p.skipped != 0 {
		if kind == html.EndTagToken && token.DataAtom == p.skipped {
			p.skipped = 0
		}
		return
	}
	switch kind {
	case html.TextToken:
		p.out.WriteString(token.Data)
	case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
		p.tag(kind, token, raw)
	}
}

func (p *prosaist) tag(kind html.TokenType, token html.Token, raw string) {
	switch token.DataAtom {
	case 0:
		if meant.MatchString(raw) {
			p.out.WriteString(raw)
		}
	case atom.A:
		p.closeLink()
		if kind == html.StartTagToken {
			p.openLink(token.Attr)
		}
	case atom.Script, atom.Style, atom.Iframe, atom.Noscript, atom.Template, atom.Object, atom.Svg, atom.Textarea, atom.Title, atom.Xmp, atom.Noembed, atom.Noframes:
		if kind == html.StartTagToken {
			p.skipped = token.DataAtom
		}
	case atom.Br, atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Tr, atom.H1, atom.H2, atom.H3, atom.H4:
		p.out.WriteByte('\n')
	}
}

func (p *prosaist) openLink(attributes []html.Attribute) {
	i := slices.IndexFunc(attributes, func(a html.Attribute) bool { return a.Key == "href" })
	if i < 0 {
		return
	}
	if href := line(attributes[i].Val, false); isWebURL(href) && !strings.ContainsAny(href, " <>\"") {
		p.href, p.from = href, p.out.Len()
	}
}

// closeLink writes where a link leads behind its text, unless that is the text.
func (p *prosaist) closeLink() {
	if p.href == "" {
		return
	}
	text := strings.TrimSpace(p.out.String()[p.from:])
	switch {
	case text == "":
		p.out.WriteString(p.href)
	case text != p.href:
		p.out.WriteString(" (" + p.href + ")")
	}
	if p.first == "" {
		p.first = p.href
	}
	p.href = ""
}

// line takes out what is no text: control characters, and those that turn the direction of writing around. Rows of a text with
// several stay apart.
func line(text string, several bool) string {
	rows := strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == '\r' })
	for i, row := range rows {
		row = strings.Map(func(c rune) rune {
			switch {
			case c == '\t' || c == '\u2028' || c == '\u2029' || c == '\u00a0':
				return ' '
			case unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c):
				return -1
			}
			return c
		}, row)
		rows[i] = strings.TrimSpace(row)
	}
	rows = slices.DeleteFunc(rows, func(row string) bool { return row == "" })
	separator := " "
	if several {
		separator = "\n"
	}
	return strings.Join(rows, separator)
}
