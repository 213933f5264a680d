package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// A broker has the app on his phone asked at every signing in: the picture is there,
// a wrong code is refused, the right one signs in, and with the password it is
// switched off again.
func TestTwoStepSignIn(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "two-step", func(f flow) {
		login := "liangbu" + f.width
		h := f.newcomer(f.as("guanli"), login, newcomer{role: "红娘", org: "DW-2026-U002"})
		h.under("我的账号")
		h.click("开启两步验证")
		h.reads("扫不了时手工输入密钥", "二维码")
		if seen := h.eval("document.querySelector('img.qr').complete && document.querySelector('img.qr').naturalWidth >= 200"); seen != "true" {
			t.Error("the picture to be scanned is not there")
		}
		secret := h.eval("document.querySelector('#totp code').innerText")
		h.fill("6 位验证码", "000000")
		h.click("确认开启")
		h.reads("验证码不对")
		h.forgive()
		h.fill("6 位验证码", h.code(secret, 0))
		h.click("确认开启")
		h.reads("两步验证已开启")
		h.signOut()
		h.signIn(login, ownPassword)
		h.reads("手机验证器里的 6 位验证码")
		h.forgive()
		h.fill("密码", ownPassword)
		h.fill("手机验证器里的 6 位验证码", "123456")
		h.clickIn("忘了密码", "登录")
		h.reads("验证码不对")
		h.forgive()
		h.fill("密码", ownPassword)
		h.fill("手机验证器里的 6 位验证码", h.code(secret, 30*time.Second))
		h.clickIn("忘了密码", "登录")
		h.reads("新人" + login)
		h.under("我的账号")
		h.fill("填密码以关闭", ownPassword)
		h.click("关闭两步验证")
		h.reads("两步验证已关闭")
		h.signOut()
		h.signIn(login, ownPassword)
		h.reads("新人" + login)
	})
}

// code is what the app on the phone shows, so long from now: a code is good once, and
// clocks may be half a minute wrong.
func (h *hand) code(secret string, from time.Duration) string {
	h.t.Helper()
	code, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), time.Now().Add(from))
	if err != nil {
		h.t.Fatalf("the secret %q makes no code: %v", secret, err)
	}
	return code
}
