package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"mime"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// document is the OpenAPI document as it is served, to hold answers against.
type document struct {
	*promises
	mu   sync.Mutex
	seen map[string]bool // ids of the operations an answer of which was held
}

// promises are what a document says; nobody changes them.
type promises struct {
	raw    map[string]any
	paths  map[string]map[string]any
	routes map[int][]route // by the number of their parts
}

type route struct {
	parts []string
	item  map[string]any
	fixed bool
}

// served is the document of the first service: all services of the tests have the same
// operations, and to write it takes as long as a test.
var served struct {
	sync.Mutex
	*promises
}

// documentOf is what a service promises, of which nothing was held yet.
func documentOf(t *testing.T, fetch func() answer) *document {
	t.Helper()
	served.Lock()
	defer served.Unlock()
	if served.promises == nil {
		served.promises = readPromises(t, fetch().body)
	}
	return &document{promises: served.promises, seen: map[string]bool{}}
}

func readPromises(t *testing.T, data []byte) *promises {
	t.Helper()
	p := &promises{paths: map[string]map[string]any{}, routes: map[int][]route{}}
	if err := json.Unmarshal(data, &p.raw); err != nil {
		t.Fatalf("the document is no JSON: %v", err)
	}
	for path, item := range p.raw["paths"].(map[string]any) {
		p.paths[path] = item.(map[string]any)
		parts := strings.Split(path, "/")
		p.routes[len(parts)] = append(p.routes[len(parts)], route{parts, p.paths[path], !strings.Contains(path, "{")})
	}
	return p
}

// hold fails the test when an answer of a documented operation is not what the
// document promises.
func (d *document) hold(t *testing.T, a answer) {
	t.Helper()
	op := d.operation(a.method, a.path)
	if op == nil {
		return
	}
	id := op["operationId"].(string)
	responses := op["responses"].(map[string]any)
	promised, ok := responses[fmt.Sprint(a.status)].(map[string]any)
	if !ok {
		if a.status < 400 {
			t.Errorf("%s: status %d is not promised", id, a.status)
			return
		}
		promised = responses["default"].(map[string]any)
	}
	d.mu.Lock()
	d.seen[id] = true
	d.mu.Unlock()
	content, _ := promised["content"].(map[string]any)
	if len(content) == 0 {
		if len(a.body) > 0 {
			t.Errorf("%s: status %d promises no content, got %s", id, a.status, a.body)
		}
		return
	}
	media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	typed, ok := content[media].(map[string]any)
	if !ok {
		t.Errorf("%s: status %d has type %q, promised are %v", id, a.status, media, content)
		return
	}
	if media != "application/json" && media != "application/problem+json" {
		return
	}
	var v any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Errorf("%s: %v", id, err)
		return
	}
	c := checker{doc: d.raw}
	c.check(typed["schema"].(map[string]any), v, "")
	for _, fault := range c.faults {
		t.Errorf("%s, status %d: %s\nin %.600s", id, a.status, fault, a.body)
	}
}

func (p *promises) operation(method, path string) map[string]any {
	path, _, _ = strings.Cut(strings.TrimPrefix(path, "/api/v1"), "?")
	got := strings.Split(path, "/")
	var best map[string]any
	for _, r := range p.routes[len(got)] {
		fits := true
		for i, part := range r.parts {
			fits = fits && (part == got[i] || strings.HasPrefix(part, "{") && got[i] != "")
		}
		op, ok := r.item[strings.ToLower(method)].(map[string]any)
		if fits && ok && (best == nil || r.fixed) {
			best = op
		}
	}
	return best
}

// checker is a small JSON Schema validator: exactly the keywords that the
// document uses; any other keyword is a fault of the document.
type checker struct {
	doc    map[string]any
	faults []string
}

func (c *checker) fault(at, format string, args ...any) {
	c.faults = append(c.faults, at+": "+fmt.Sprintf(format, args...))
}

var annotations = []string{"description", "title", "default", "examples", "readOnly", "contentMediaType", "contentEncoding"}

func (c *checker) check(s map[string]any, v any, at string) {
	if ref, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		target, ok := c.doc["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any)
		if !ok {
			c.fault(at, "dangling reference %s", ref)
			return
		}
		c.check(target, v, at)
		return
	}
	for keyword, want := range s {
		switch keyword {
		case "type":
			c.checkType(want, v, at)
		case "properties", "additionalProperties", "required":
		case "items":
			for i, item := range asList(v) {
				c.check(want.(map[string]any), item, fmt.Sprintf("%s[%d]", at, i))
			}
		case "enum":
			if !slices.Contains(want.([]any), v) {
				c.fault(at, "%v is none of %v", v, want)
			}
		case "pattern":
			if text, ok := v.(string); ok && !compiled(want.(string)).MatchString(text) {
				c.fault(at, "%q does not match %v", text, want)
			}
		case "format":
			c.checkFormat(want.(string), v, at)
		case "maxItems":
			if len(asList(v)) > int(want.(float64)) {
				c.fault(at, "more than %v items", want)
			}
		case "minimum", "maximum":
			if n, ok := v.(float64); ok && (keyword == "minimum" && n < want.(float64) || keyword == "maximum" && n > want.(float64)) {
				c.fault(at, "%v is beyond the %s %v", n, keyword, want)
			}
		default:
			if !slices.Contains(annotations, keyword) {
				c.fault(at, "the document uses the keyword %q, which nothing checks", keyword)
			}
		}
	}
	c.checkObject(s, v, at)
}

// patterns are those that were compiled; a service checks thousands of values.
var patterns sync.Map // text → *regexp.Regexp

func compiled(pattern string) *regexp.Regexp {
	known, ok := patterns.Load(pattern)
	if !ok {
		known, _ = patterns.LoadOrStore(pattern, regexp.MustCompile(pattern))
	}
	return known.(*regexp.Regexp)
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func (c *checker) checkObject(s map[string]any, v any, at string) {
	obj, ok := v.(map[string]any)
	if !ok {
		return
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := obj[name.(string)]; !ok {
			c.fault(at, "%v is missing", name)
		}
	}
	props, _ := s["properties"].(map[string]any)
	for name, inner := range obj {
		if p, ok := props[name].(map[string]any); ok {
			c.check(p, inner, at+"."+name)
			continue
		}
		switch extra := s["additionalProperties"].(type) {
		case bool:
			if !extra {
				c.fault(at, "%s is not in the document", name)
			}
		case map[string]any:
			c.check(extra, inner, at+"."+name)
		}
	}
}

func (c *checker) checkType(want any, v any, at string) {
	types := asList(want)
	if types == nil {
		types = []any{want}
	}
	got := "null"
	switch n := v.(type) {
	case string:
		got = "string"
	case bool:
		got = "boolean"
	case []any:
		got = "array"
	case map[string]any:
		got = "object"
	case float64:
		got = "number"
		if n == math.Trunc(n) && slices.Contains(types, any("integer")) {
			got = "integer"
		}
	}
	if !slices.Contains(types, any(got)) {
		c.fault(at, "%v is %s, promised is %v", v, got, want)
	}
}

func (c *checker) checkFormat(format string, v any, at string) {
	text, isText := v.(string)
	switch {
	case format == "int64" || format == "double" || format == "binary":
	case !isText:
	case format == "date-time":
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			c.fault(at, "%v", err)
		}
	case format == "email":
		if !strings.Contains(text, "@") {
			c.fault(at, "%q is no e-mail address", text)
		}
	case format == "url":
		if !strings.HasPrefix(text, "http") {
			c.fault(at, "%q is no address", text)
		}
	default:
		c.fault(at, "the document uses the format %q, which nothing checks", format)
	}
}
