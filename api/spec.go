package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// problemResponse documents what every error looks like.
func (a *API) problemResponse() *huma.Response {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[httpx.Problem](), true, "Problem")
	return &huma.Response{
		Description: "出错：code 供程序判断，detail 说明怎么办",
		Content:     map[string]*huma.MediaType{httpx.ProblemType: {Schema: schema}},
	}
}

// documented finds an operation in the document.
func (a *API) documented(method, path string) *huma.Operation {
	item := a.huma.OpenAPI().Paths[path]
	switch method {
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return item.Get
}

// finishSpec takes out of the schemas what does not hold for our answers:
// huma's own error, null lists (ours are never null), and the formats of the
// catalog, whose dates may have the precision of a month or a year.
func (a *API) finishSpec() {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for _, s := range schemas {
		polish(s)
	}
	for _, item := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				polishOperation(op)
			}
		}
	}
}

func polishOperation(op *huma.Operation) {
	for _, r := range op.Responses {
		for _, m := range r.Content {
			polish(m.Schema)
		}
	}
}

// datePattern is a date with the precision that people know.
const datePattern = `^\d{4}(-\d{2}(-\d{2})?)?$`

func polish(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	switch s.Format {
	case "date", "month":
		s.Format, s.Pattern = "", datePattern
	case "wan":
		s.Format = "double"
	case "code", "region", "industry", "ipc", "uscc", "application_no", "phone":
		s.Format = ""
	}
	polish(s.Items)
	for _, p := range s.Properties {
		polish(p)
	}
	if extra, ok := s.AdditionalProperties.(*huma.Schema); ok {
		polish(extra)
	}
}

// mountSpec serves the document as JSON and YAML.
func (a *API) mountSpec(group *gin.RouterGroup) {
	asJSON := sync.OnceValues(func() ([]byte, error) { return json.MarshalIndent(a.huma.OpenAPI(), "", "  ") })
	asYAML := sync.OnceValues(a.huma.OpenAPI().YAML)
	serve := func(contentType string, spec func() ([]byte, error)) gin.HandlerFunc {
		return func(c *gin.Context) {
			data, err := spec()
			if err != nil {
				httpx.WriteProblem(c.Writer, c.Request, errs.As(err))
				return
			}
			c.Data(http.StatusOK, contentType, data)
		}
	}
	for _, name := range []string{"/openapi.json", "/openapi.yaml"} {
		a.actions["GET "+ginRoute(name)] = account.ServiceStatus
	}
	group.GET("/openapi.json", serve("application/vnd.oai.openapi+json;version=3.1", asJSON))
	group.GET("/openapi.yaml", serve("application/vnd.oai.openapi+yaml;version=3.1", asYAML))
}

// whole documents a number in a query.
func wholeParam(name, description string, low, high, def int) *huma.Param {
	lo, hi := float64(low), float64(high)
	s := &huma.Schema{Type: huma.TypeInteger, Minimum: &lo, Maximum: &hi, Default: def}
	return &huma.Param{Name: name, In: "query", Description: description, Schema: s}
}

// yesParam documents a yes or no in a query.
func yesParam(name, description string) *huma.Param {
	return &huma.Param{Name: name, In: "query", Description: description, Schema: &huma.Schema{Type: huma.TypeBoolean, Default: false}}
}

// jsonBody documents a JSON body.
func jsonBody(s *huma.Schema) *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: s}}}
}
