package browser_test

import "testing"

// TestOwnProfileAndWhatIsPublic: a craftsman finds the switch on his page and the form
// of his profile, and a firm sees what will be public before it saves anything.
func TestOwnProfileAndWhatIsPublic(t *testing.T) {
	t.Parallel()
	craftsman := signIn(t, "gongjiang")
	craftsman.open("/today")
	craftsman.says("正在接受对接", "暂停接单")
	craftsman.picture("today-switch")
	craftsman.click("#profile + p .button")
	craftsman.eventually("the form of the profile", "location.pathname.endsWith('/edit') && document.querySelector('[name=\"availability.accepting\"]')")
	craftsman.says("修改个人资料", "可出行半径")
	craftsman.picture("profile-form")
	firm := signIn(t, "qiye")
	firm.open("/needs/new")
	firm.write("#title", "水帘喷漆房漆泥糊泵")
	firm.write("#summary_public", "漆泥黏、糊泵，想让它浮起来打捞。")
	firm.write("#detail", "烧碱浸泡仍糊死叶轮。")
	firm.click("#need-form button[value=preview]")
	firm.eventually("what others will see", "document.querySelector('#preview') && document.querySelector('#detail').value.includes('烧碱')")
	firm.says("公开后别人看到的样子", "想让它浮起来打捞")
	firm.picture("need-preview")
}
