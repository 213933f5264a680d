package frontend

import "testing"

func TestKeepDays(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		``:                        ``,
		`<p>到 2026-11-24 截止</p>`:  `<p>到 2026-11-24 截止</p>`,
		`<p class="dated">`:       `<p class="dated">`,
		`<a class="x dated" href`: `<a class="x dated" href`,
		`<a class="x dated" href="/?from=2026-11-24">到 2026-11-24 截止</a><p>2026-11-24</p>`: `<a class="x dated" href="/?from=2026-11-24">到 <span class="date">2026-11-24</span> 截止</a><p>2026-11-24</p>`,
		`<p class="x dated">2026-11-24 09:10 登录</p>`:                                       `<p class="x dated"><span class="date">2026-11-24 09:10</span> 登录</p>`,
		`<p class="x dated">DJ-2026-0001</p>`:                                              `<p class="x dated">DJ-2026-0001</p>`,
	} {
		if got := string(keepDays([]byte(page))); got != want {
			t.Errorf("%s\nbecomes %s\nnot     %s", page, got, want)
		}
	}
}
