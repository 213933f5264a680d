package api_test

import (
	"net/http"
	"strings"
	"testing"

	"hongniang/api"
	"hongniang/internal/account"
)

const freshUSCC = "914403001922038216"

func registration(pairs ...any) map[string]any {
	return with(map[string]any{"uscc": freshUSCC, "enterprise": "示例新厂", "region": "威海市", "name": "赵厂长", "phone": "0631-5000000", "password": peoplePassword}, pairs...)
}

// An enterprise registers itself once; what it enters waits for its region's
// union, which sees it.
func TestEnterpriseRegistersItself(t *testing.T) {
	s := start(t)
	cast := s.cast()
	s.mustCreate(s.staff, "organisations", map[string]any{"code": "GH-W", "name": "市工会", "organisation_kind": "工会", "union_level": "市总", "region_code": "371000", "parent_code": "GH-P"})
	for field, body := range map[string]map[string]any{
		"uscc":     registration("uscc", "914403001922038217"),
		"region":   registration("region", ""),
		"password": registration("password", "12345678"),
		"name":     registration("name", " "),
	} {
		p := s.visitor(http.MethodPost, "/api/v1/registrations", body).problem(t)
		if p.Status != 422 || len(p.Errors) == 0 || p.Errors[0].Field != field {
			t.Errorf("%s: %+v", field, p)
		}
	}
	in := s.visitor(http.MethodPost, "/api/v1/registrations", registration())
	me := decode[api.Me](t, in)
	if me.User.Role != account.Enterprise || me.User.Login != "qy"+freshUSCC || me.User.MustChangePassword {
		t.Fatalf("%+v", me.User)
	}
	cookie, _, _ := strings.Cut(in.header.Get("Set-Cookie"), ";")
	own := []string{"Cookie", cookie, "Origin", s.url}
	org := decode[map[string]any](t, s.visitor(http.MethodGet, "/api/v1/organisations/"+me.User.Org, nil, own...))
	if org["status"] != "submitted" || org["union"] != "GH-W" || org["name"] != "示例新厂" {
		t.Errorf("%v", org)
	}
	if got := s.visitor(http.MethodGet, "/api/v1/organisations/"+me.User.Org, nil); got.status != 404 {
		t.Errorf("an enterprise that nobody reviewed is public: %d", got.status)
	}
	need := decode[map[string]any](t, s.visitor(http.MethodPost, "/api/v1/needs", samples["needs"], own...))
	if need["status"] != "submitted" || need["enterprise_name"] != "示例新厂" {
		t.Errorf("%v", need)
	}
	if got := cast["own leader"](http.MethodGet, "/api/v1/needs/"+need["code"].(string), nil); got.status != 200 {
		t.Errorf("the province's leader does not see it: %d", got.status)
	}
	p := s.visitor(http.MethodPost, "/api/v1/registrations", registration("enterprise", "冒名厂", "password", peoplePassword+"x")).problem(t)
	if p.Status != 409 || p.Code != "organisation.registered" {
		t.Errorf("a second registration: %+v", p)
	}
	for range 5 {
		p = s.visitor(http.MethodPost, "/api/v1/registrations", registration()).problem(t)
	}
	if p.Status != 429 {
		t.Errorf("a flood of registrations: %+v", p)
	}
}

// A craftsman whom staff entered claims his record; the broker of its union
// decides, and nobody else.
func TestClaim(t *testing.T) {
	s := start(t)
	cast := s.cast()
	s.mustCreate(s.staff, "experts", with(samples["experts"], "code", "ZJ-7", "union", "GH-C"))
	s.mustCreate(s.staff, "experts", with(samples["experts"], "code", "ZJ-8", "name", "不公开的人", "union", "GH-C", "status", "draft"))
	s.mustCreate(s.staff, "studios", with(samples["studios"], "code", "GZS-7", "union", "GH-C", "leader_code", "ZJ-7"))
	s.mustCreate(s.staff, "studios", with(samples["studios"], "code", "GZS-8", "name", "没有领衔人的工作室", "union", "GH-C"))
	words := map[string]any{"name": "王建国", "phone": "138 1234 5678", "words": "我是本人"}
	for path, code := range map[string]string{"experts/ZJ-8": "record.not_found", "experts/NONE": "record.not_found", "studios/GZS-8": "claim.no_leader"} {
		if p := s.visitor(http.MethodPost, "/api/v1/"+path+"/claims", words).problem(t); p.Code != code {
			t.Errorf("%s: %+v", path, p)
		}
	}
	if p := s.visitor(http.MethodPost, "/api/v1/experts/ZJ-7/claims", map[string]any{"name": "", "phone": "x"}).problem(t); p.Status != 422 || len(p.Errors) != 2 {
		t.Errorf("%+v", p)
	}
	first := decode[account.Claim](t, s.visitor(http.MethodPost, "/api/v1/experts/ZJ-7/claims", words))
	second := decode[account.Claim](t, s.visitor(http.MethodPost, "/api/v1/studios/GZS-7/claims", with(words, "name", "冒名的人", "phone", "0631-1234567")))
	taken := decode[account.Claim](t, s.visitor(http.MethodPost, "/api/v1/experts/ZJ-1/claims", words)) // whose account is told to nobody
	if p := cast["other broker"](http.MethodPost, "/api/v1/claims/"+taken.Code+"/grant", nil).problem(t); p.Code != "claim.taken" {
		t.Errorf("%+v", p)
	}
	decode[account.Claim](t, cast["other broker"](http.MethodPost, "/api/v1/claims/"+taken.Code+"/refuse", map[string]any{"reason": "已有账号"}))
	if list := cast["other broker"](http.MethodGet, "/api/v1/claims", nil); strings.Contains(string(list.body), first.Code) {
		t.Errorf("the other broker sees %s", list.body)
	}
	if got := cast["other broker"](http.MethodPost, "/api/v1/claims/"+first.Code+"/grant", nil); got.status != 404 {
		t.Errorf("the other broker grants: %d", got.status)
	}
	list := decode[struct{ Items []account.Claim }](t, cast["own broker"](http.MethodGet, "/api/v1/claims", nil))
	if len(list.Items) != 2 {
		t.Errorf("%+v", list)
	}
	if p := cast["own broker"](http.MethodPost, "/api/v1/claims/"+second.Code+"/refuse", map[string]any{"reason": " "}).problem(t); p.Code != "claim.reason" {
		t.Errorf("%+v", p)
	}
	if c := decode[account.Claim](t, cast["own broker"](http.MethodPost, "/api/v1/claims/"+second.Code+"/refuse", map[string]any{"reason": "电话核对不是本人"})); c.State != account.ClaimRefused || c.DecidedBy != "own broker" {
		t.Errorf("%+v", c)
	}
	granted := decode[api.UserAdded](t, cast["own broker"](http.MethodPost, "/api/v1/claims/"+first.Code+"/grant", nil))
	if granted.User.Person != "ZJ-7" || granted.User.Role != account.Provider || granted.OneTimePassword == "" {
		t.Fatalf("%+v", granted)
	}
	for _, code := range []string{first.Code, second.Code} {
		if p := cast["own broker"](http.MethodPost, "/api/v1/claims/"+code+"/grant", nil).problem(t); p.Status != 409 {
			t.Errorf("granted twice: %+v", p)
		}
	}
	_, own := s.signIn("13812345678", granted.OneTimePassword)
	done := s.visitor(http.MethodPut, "/api/v1/me/password", map[string]any{"current": granted.OneTimePassword, "new": peoplePassword}, own...)
	cookie, _, _ := strings.Cut(done.header.Get("Set-Cookie"), ";")
	if got := s.visitor(http.MethodPatch, "/api/v1/experts/ZJ-7", map[string]any{"expertise": "曲轴磨削三十年", "rev": 1}, "Cookie", cookie, "Origin", s.url); got.status != 200 {
		t.Errorf("he does not change his own record: %d %s", got.status, got.body)
	}
}

// A provider who has an account becomes the person he claims.
func TestProviderClaimsHimself(t *testing.T) {
	s := start(t)
	cast := s.cast()
	s.mustCreate(s.staff, "experts", with(samples["experts"], "code", "ZJ-7", "union", "GH-C"))
	c := decode[account.Claim](t, cast["institute"](http.MethodPost, "/api/v1/experts/ZJ-7/claims", map[string]any{"name": "王建国", "phone": "13812345678"}))
	got := decode[api.UserAdded](t, cast["administrator"](http.MethodPost, "/api/v1/claims/"+c.Code+"/grant", nil))
	if got.User.Login != "yuansuo" || got.User.Person != "ZJ-7" || got.OneTimePassword != "" {
		t.Errorf("%+v", got)
	}
}
