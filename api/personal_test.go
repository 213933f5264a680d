package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/personal"
)

// people gives the personal data of a service.
func (s *service) people() *personal.Service {
	return &personal.Service{
		Catalog: s.cat, Accounts: s.users, Items: s.store.Accounts(), Cases: s.store.Introductions(), Now: func() time.Time { return testTime }, Log: slog.New(slog.DiscardHandler),
		Rebuild: func(ctx context.Context) error { return s.index.Rebuild(ctx, s.store, nil) },
	}
}

// dataOf gives the JSON of an export.
func dataOf(t *testing.T, a answer) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatalf("%d %s", a.status, a.body)
	}
	f, err := z.Open("data.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Over the API a person asks, and a broker carries it out; then no answer, no
// export, no feed, and no file of store and index has him.
func TestForgottenOverTheAPI(t *testing.T) {
	b := startBrokered(t)
	const name, phone, mail = "欧阳金雀", "13812345678", "jinque@canary.example"
	him := b.cast["craftsman"]
	decode[map[string]any](t, b.staff(http.MethodPatch, "/api/v1/experts/ZJ-1", map[string]any{"name": name, "expertise": "曲轴磨削烧伤", "contact": map[string]any{"name": name, "phone": "138-1234-5678", "email": mail}, "rev": 1}))
	b.mustCreate(b.staff, "results", with(samples["results"], "title", "金雀工艺", "completers", []any{map[string]any{"name": name, "expert_code": "ZJ-1"}}))
	user, err := b.users.ByLogin(t.Context(), people["craftsman"].Login)
	if err != nil {
		t.Fatal(err)
	}
	called := name
	if _, err := b.users.ChangeUser(t.Context(), user.Code, account.UserChange{Name: &called}); err != nil {
		t.Fatal(err)
	}
	decode[map[string]any](t, him(http.MethodPatch, "/api/v1/experts/ZJ-1", map[string]any{"keywords": []any{"磨削"}, "rev": 2})) // signed in the feed
	if data := dataOf(t, him(http.MethodGet, "/api/v1/me/personal-data", nil)); !strings.Contains(data, name) || !strings.Contains(data, mail) || strings.Contains(data, secretDetail) {
		t.Errorf("his data: %s", data)
	}
	for who, status := range map[string]int{"own broker": 404, "other leader": 403, "institute": 404, "visitor": 401, "administrator": 200, "other broker": 200, "craftsman": 200} {
		if a := b.cast[who](http.MethodGet, "/api/v1/personal/data?of=ZJ-1", nil); a.status != status {
			t.Errorf("%s takes his data: %d %s", who, a.status, a.body)
		}
	}
	asked := decode[personal.Request](t, him(http.MethodPost, "/api/v1/me/erasure", map[string]any{"words": "退休了"}))
	if list := decode[struct{ Items []personal.Request }](t, b.cast["own broker"](http.MethodGet, "/api/v1/erasures", nil)); len(list.Items) != 0 {
		t.Errorf("a broker of another union lists %+v", list)
	}
	if a := b.cast["own broker"](http.MethodPost, "/api/v1/erasures/"+asked.Code, map[string]any{"answer": "carry_out"}); a.status != 404 {
		t.Errorf("and decides: %d", a.status)
	}
	if p := b.cast["other broker"](http.MethodPost, "/api/v1/erasures/"+asked.Code, map[string]any{"answer": "yes"}).problem(t); p.Code != "personal.answer" {
		t.Errorf("%+v", p)
	}
	decode[personal.Request](t, b.cast["other broker"](http.MethodPost, "/api/v1/erasures/"+asked.Code, map[string]any{"answer": "carry_out"}))
	if err := b.people().Go(t.Context()); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"other broker": 1, "own broker": 0, "administrator": 1} { // whose he was still sees that it was carried out
		if list := decode[struct{ Items []personal.Request }](t, b.cast[who](http.MethodGet, "/api/v1/erasures", nil)).Items; len(list) != want {
			t.Errorf("%s lists %+v", who, list)
		}
	}
	b.nowhere(t, []string{name, phone, "138-1234-5678", mail, people["craftsman"].Login + `"`})
}

// nowhere looks for words in what every role is answered, and in every file.
func (b *brokered) nowhere(t *testing.T, words []string) {
	t.Helper()
	outputs := 0
	has := func(where string, data []byte) {
		t.Helper()
		outputs++
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				t.Errorf("%s has %s", where, w)
			}
		}
	}
	for who, send := range b.cast {
		for _, path := range []string{
			"/api/v1/changes", "/api/v1/introductions", "/api/v1/introductions/" + b.code, "/api/v1/experts/ZJ-1", "/api/v1/experts", "/api/v1/results", "/api/v1/users", "/api/v1/erasures", "/api/v1/claims",
			"/api/v1/experts/ZJ-1/history", "/api/v1/suggest?q=oy", "/api/v1/search?q=%E6%9B%B2%E8%BD%B4&snippets=true&size=50",
		} {
			has(who+" "+path, send(http.MethodGet, path, nil).body)
		}
		for _, kind := range catalog.Kinds() {
			for _, more := range []string{"", "&confidential=true"} {
				has(who+" export "+string(kind), send(http.MethodGet, "/api/v1/exports/"+string(kind)+"?format=jsonl"+more, nil).body)
			}
		}
		has(who+" match", send(http.MethodPost, "/api/v1/match", map[string]any{"text": "曲轴磨削烧伤怎么解决"}).body)
	}
	err := filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		has(path, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("looked for him in %d answers and files", outputs)
}
