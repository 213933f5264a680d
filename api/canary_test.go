package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// canaries are the values that are planted in confidential fields.
var canaries = []string{"泄密金丝雀", "0631-7654321", "jinsique@secret.example"}

func sings(data []byte) string {
	for _, c := range canaries {
		if bytes.Contains(data, []byte(c)) {
			return c
		}
	}
	return ""
}

// plant fills every confidential field of a kind.
func plant(kind catalog.Kind, body map[string]any) map[string]any {
	out := with(body, "external_id", "外部"+canaries[0])
	if kind == catalog.KindNeed {
		out["owner_org"] = canaries[0] // of other kinds it is public
	}
	for _, f := range catalog.Schema(kind) {
		if f.Secret == "" {
			continue
		}
		v := planted(f)
		if f.List {
			v = []any{v}
		}
		out[f.Key] = v
	}
	return out
}

func planted(f catalog.FieldInfo) any {
	switch {
	case f.Type == catalog.Group:
		obj := map[string]any{}
		for _, item := range f.Items {
			if v := planted(item); item.Vocab == "" && v != nil {
				obj[item.Key] = v
			}
		}
		return obj
	case f.Type == catalog.Whole:
		return f.Low + 7
	case f.Type == catalog.Number:
		return 7
	case f.Format == "phone":
		return canaries[1]
	case f.Format == "email":
		return canaries[2]
	}
	return canaries[0]
}

// hiddenFields are the keys that the schema calls confidential.
func hiddenFields(kind catalog.Kind) (keys []string) {
	for _, f := range catalog.Schema(kind) {
		if f.Secret != "" {
			keys = append(keys, f.Key)
		}
	}
	return keys
}

// plantAll makes a record of each kind with canaries, and one of each that
// nobody but staff may see at all. It answers the codes of both.
func plantAll(t *testing.T, s *service) (shown, hidden map[string]string) {
	t.Helper()
	shown, hidden = map[string]string{}, map[string]string{}
	for _, kind := range catalog.Kinds() {
		plural := string(kind) + "s"
		made := s.staff(http.MethodPost, "/api/v1/"+plural, plant(kind, samples[plural]))
		shown[plural] = decode[map[string]any](t, made)["code"].(string)
		if sings(made.body) == "" {
			t.Errorf("%s: staff do not see what they wrote: %s", kind, made.body)
		}
		body := with(samples[plural], "status", "draft")
		for _, key := range []string{"title", "name"} {
			if v, ok := body[key].(string); ok {
				body[key] = v + canaries[0]
			}
		}
		if kind == catalog.KindPatent {
			body["application_no"] = "202110000001." + checkDigit("202110000001")
		}
		hidden[plural] = decode[map[string]any](t, s.staff(http.MethodPost, "/api/v1/"+plural, body))["code"].(string)
	}
	return shown, hidden
}

func checkDigit(no string) string {
	sum := 0
	for i, r := range no {
		sum += int(r-'0') * (i%8 + 2)
	}
	if sum%11 == 10 {
		return "X"
	}
	return fmt.Sprint(sum % 11)
}

func TestNothingConfidentialLeavesWithoutTheToken(t *testing.T) {
	s := start(t)
	shown, hidden := plantAll(t, s)
	words := url.QueryEscape("曲轴")
	paths := []string{
		"/api/v1/search?facets=true&snippets=true&size=100", "/api/v1/search?snippets=true&q=" + words, "/api/v1/suggest?q=" + words, "/api/v1/suggest?q=qz",
		"/api/v1/suggest?q=" + url.QueryEscape("曲轴磨削"), "/api/v1/changes", "/api/v1/status", "/api/v1/campaigns", "/api/v1/groups", "/api/v1/reviews", "/api/v1/openapi.json", "/metrics", "/readyz", "/healthz",
	}
	for plural := range shown {
		base := "/api/v1/" + plural
		paths = append(paths, base, base+"?limit=1", base+"/"+shown[plural], base+"/"+hidden[plural],
			base+"/"+shown[plural]+"/history", base+"/"+hidden[plural]+"/history", "/api/v1/templates/"+strings.TrimSuffix(plural, "s")+".xlsx")
		for _, format := range []string{"xlsx", "csv", "jsonl"} {
			paths = append(paths, "/api/v1/exports/"+plural+"?format="+format, "/api/v1/exports/"+plural+"?confidential=true&format="+format)
		}
	}
	for role, send := range s.outsiders() {
		for _, path := range paths {
			if c := sings(unpacked(t, send(http.MethodGet, path, nil))); c != "" {
				t.Errorf("%s got %s from GET %s", role, c, path)
			}
		}
		for _, got := range matches(send, shown, hidden) {
			if c := sings(got.body); c != "" {
				t.Errorf("%s got %s from POST %s: %s", role, c, got.path, got.body)
			}
		}
		found := decode[struct{ Total int }](t, send(http.MethodGet, "/api/v1/search?q="+url.QueryEscape(canaries[0]), nil))
		if found.Total != 0 {
			t.Errorf("%s finds %d records by a confidential word", role, found.Total)
		}
	}
	for plural, code := range shown {
		rec := decode[map[string]any](t, s.visitor(http.MethodGet, "/api/v1/"+plural+"/"+code, nil))
		for _, key := range hiddenFields(catalog.Kind(strings.TrimSuffix(plural, "s"))) {
			if _, ok := rec[key]; ok {
				t.Errorf("%s: a visitor gets %s", plural, key)
			}
		}
		export := s.staff(http.MethodGet, "/api/v1/exports/"+plural+"?confidential=true&format=jsonl", nil)
		if sings(export.body) == "" {
			t.Errorf("%s: the staff's export lacks what is confidential", plural)
		}
	}
	if c := sings([]byte(s.log.String())); c != "" {
		t.Errorf("the log holds %s", c)
	}
}

func matches(send sender, shown, hidden map[string]string) []answer {
	return []answer{
		send(http.MethodPost, "/api/v1/match", map[string]any{"text": "曲轴磨削烧伤怎样在线检测？"}),
		send(http.MethodPost, "/api/v1/needs/"+shown["needs"]+"/match?top=100", nil),
		send(http.MethodPost, "/api/v1/needs/"+hidden["needs"]+"/match", nil),
	}
}

// Where nothing fits, the nearest candidates are given as hints, and hold no
// more of a record than a match does.
func TestNearestIsPublic(t *testing.T) {
	s := start(t)
	plantAll(t, s)
	const rest = "幼儿园绘本阅读怎样引导情绪，茶叶冲泡的水温与时间，合唱排练时声部的平衡，城市公交线路的走向，书法临摹的笔顺。"
	for role, send := range s.outsiders() {
		near := answer{}
		for n := range 11 { // the more of other things, the less the rest fits
			text := "曲轴清洗机换型慢，曲轴磨削烧伤。" + string([]rune(rest + rest)[:10*n])
			got := send(http.MethodPost, "/api/v1/match", map[string]any{"text": text})
			if c := sings(got.body); c != "" {
				t.Errorf("%s got %s for %s: %s", role, c, text, got.body)
			}
			if len(decode[matcher.Answer](t, got).Nearest) > 0 {
				near = got
			}
		}
		if near.body == nil {
			t.Fatalf("%s: no need has anything near", role)
		}
		if !bytes.Contains(near.body, []byte(`"nearest":[{`)) || !bytes.Contains(near.body, []byte(`"band_label":"不足"`)) {
			t.Errorf("%s: the hints are not there as documented: %s", role, near.body)
		}
		for _, c := range decode[matcher.Answer](t, near).Nearest {
			if c.Band != matcher.Insufficient || c.Rank < 1 || c.Rank > 3 || len(c.Reasons) == 0 {
				t.Errorf("%s: a hint is %+v", role, c)
			}
		}
	}
	properties := decode[struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}](t, s.visitor(http.MethodGet, "/api/v1/openapi.json", nil)).Components.Schemas["Answer"].Properties
	if properties["nearest"] == nil {
		t.Errorf("the description of the answer lacks nearest: %v", properties)
	}
}

func TestNothingConfidentialLeavesThroughWrites(t *testing.T) {
	s := start(t)
	shown, hidden := plantAll(t, s)
	for role, send := range s.outsiders() {
		for plural, code := range shown {
			at := "/api/v1/" + plural + "/" + code
			before := s.staff(http.MethodGet, at, nil)
			for _, got := range []answer{
				send(http.MethodPost, "/api/v1/"+plural, with(samples[plural], "code", hidden[plural])),
				send(http.MethodPut, at, with(samples[plural], "rev", 1)),
				send(http.MethodPatch, at, map[string]any{"region_code": "370200", "rev": 2}),
				send(http.MethodPatch, at, map[string]any{"region_code": "370200", "rev": 1}),
				send(http.MethodPatch, at, map[string]any{"status": "不存在", "rev": 3}),
				send(http.MethodPatch, "/api/v1/"+plural+"/"+hidden[plural], map[string]any{"status": "published", "rev": 1}),
				send(http.MethodPut, "/api/v1/"+plural+"/"+hidden[plural], with(samples[plural], "rev", 1)),
				send(http.MethodDelete, "/api/v1/"+plural+"/"+hidden[plural], nil),
				send(http.MethodDelete, at+"?rev=1", nil),
				send(http.MethodDelete, at, nil),
				send(http.MethodGet, at, nil),
				send(http.MethodPost, at+"/restore", nil),
				send(http.MethodPost, "/api/v1/"+plural+"/"+hidden[plural]+"/restore", nil),
			} {
				if c := sings(got.body); c != "" {
					t.Errorf("%s got %s from %s %s: %s", role, c, got.method, got.path, got.body)
				}
			}
			if after := s.staff(http.MethodGet, at, nil); !bytes.Equal(before.body, after.body) {
				t.Errorf("%s changed %s: %s", role, at, after.body)
			}
			untouched := decode[map[string]any](t, s.staff(http.MethodGet, "/api/v1/"+plural+"/"+hidden[plural], nil))
			if untouched["rev"] != 1.0 {
				t.Errorf("%s: %s changed a record that it may not see: %v", plural, role, untouched)
			}
		}
	}
}

func TestNobodyElseLaysOpenWhatIsConfidential(t *testing.T) {
	s := start(t)
	shown, hidden := plantAll(t, s)
	at := "/api/v1/needs/" + shown["needs"]
	csv := "编号,需求名称,保密级别,状态\n" + shown["needs"] + ",曲轴磨削烧伤的在线检测,公开,已发布\n" + hidden["needs"] + ",另一个名称的需求,公开,已发布\n"
	for role, send := range s.outsiders() {
		for name, got := range map[string]answer{
			"patch": send(http.MethodPatch, at, map[string]any{"confidentiality": "public", "rev": 1}),
			"label": send(http.MethodPatch, at, map[string]any{"confidentiality": "公开", "rev": 1}),
			"put":   send(http.MethodPut, at, with(samples["needs"], "confidentiality", "公开", "rev", 1)),
		} {
			if got.status != 401 && got.status != 403 {
				t.Errorf("%s by %s: %d %s", name, role, got.status, got.body)
			}
		}
		got := send(http.MethodPost, "/api/v1/imports/need?filename=x.csv", csv)
		if got.status < 300 {
			if report := decode[map[string]any](t, got); report["failed"] != 2.0 || report["updated"] != 0.0 {
				t.Errorf("by a file of %s: %v", role, report)
			}
		}
	}
	if got := s.visitor(http.MethodGet, at, nil); sings(got.body) != "" {
		t.Errorf("the need lies open: %s", got.body)
	}
}

// unpacked gives the body of an answer; of a workbook the text of its parts.
func unpacked(t *testing.T, a answer) []byte {
	t.Helper()
	if !strings.Contains(a.header.Get("Content-Type"), "spreadsheetml") {
		var v any
		if json.Unmarshal(a.body, &v) == nil { // escapes undone
			plain, err := json.Marshal(v)
			if err == nil {
				return append(plain, a.body...)
			}
		}
		return a.body
	}
	zr, err := zip.NewReader(bytes.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatalf("%s: %v", a.path, err)
	}
	var out []byte
	for _, f := range zr.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, part...)
	}
	return out
}
