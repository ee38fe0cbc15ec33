package catalog

import "testing"

func TestProse(t *testing.T) {
	for name, tt := range map[string]struct{ html, text, link string }{
		"text":                          {"Where you find it.", "Where you find it.", ""},
		"an ampersand":                  {"Users & teams", "Users & teams", ""},
		"entities":                      {"A &amp; B &lt;3 &#65; &nbsp;&copy;", "A & B <3 A  ©", ""},
		"a link":                        {`See <a href="https://example.com/keys">the keys</a>.`, "See the keys (https://example.com/keys).", "https://example.com/keys"},
		"a link in single quotes":       {`<a href='https://example.com/a?b=c&amp;d=e' target="_blank">here</a>`, "here (https://example.com/a?b=c&d=e)", "https://example.com/a?b=c&d=e"},
		"a link that names itself":      {`<a href="https://example.com/">https://example.com/</a>`, "https://example.com/", "https://example.com/"},
		"a link without text":           {`Go to <a href="https://example.com/"></a>`, "Go to https://example.com/", "https://example.com/"},
		"a link that isn't closed":      {`<a href="https://example.com/">here`, "here (https://example.com/)", "https://example.com/"},
		"two links":                     {`<a href="https://a.example.com">a</a><a href="https://b.example.com">b</a>`, "a (https://a.example.com)b (https://b.example.com)", "https://a.example.com"},
		"a link to a script":            {`<a href="javascript:alert(1)">here</a>`, "here", ""},
		"a link to a script, hidden":    {`<a href=" java&#10;script:alert(1)">here</a>`, "here", ""},
		"a link to data":                {`<a href="data:text/html,x">here</a>`, "here", ""},
		"a link to a page of its own":   {`<a href="/docs">here</a>`, "here", ""},
		"a link that breaks out":        {`<a href="https://example.com/%22 onclick=x">here</a>`, "here", ""},
		"rows":                          {"one<br>two<br/>three<p>four</p>five", "one\ntwo\nthree\nfour\nfive", ""},
		"emphasis":                      {"Enter <em>only</em>&nbsp;the <b>name</b>", "Enter only the name", ""},
		"a script":                      {`before<script>alert("x")</script>after`, "beforeafter", ""},
		"a script that isn't closed":    {`before<script>alert("x")`, "before", ""},
		"a script in a script":          {`<scr<script>ipt>alert(1)</script>`, "ipt>alert(1)", ""},
		"a style":                       {`<style>p { }</style>plain`, "plain", ""},
		"an image":                      {`<img src=x onerror="alert(1)">here`, "here", ""},
		"a frame":                       {`<iframe src="https://example.com"></iframe>here`, "here", ""},
		"a drawing":                     {`<svg onload=alert(1)><a>x</a></svg>here`, "here", ""},
		"a comment":                     {`a<!-- b -->c`, "ac", ""},
		"what somebody means":           {"https://<your-domain>.example.com, 1 < 2, a <b", "https://<your-domain>.example.com, 1 < 2, a", ""},
		"an unknown tag that does more": {`<x onclick="alert(1)">here</x>`, "here", ""},
		"control characters":            {"a\x00b\x1b[2Jc\u0085d\u202ee\u2066f\tg", "ab[2Jcdef g", ""},
		"control characters, written":   {"a&#27;b&#x202e;c", "abc", ""},
		"only space":                    {" <br> \n ", "", ""},
	} {
		if text, link := prose(tt.html); text != tt.text || link != tt.link {
			t.Errorf("%s: %q, link %q", name, text, link)
		}
	}
}
