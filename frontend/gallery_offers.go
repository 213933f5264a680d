package frontend

import (
	"time"

	"hongniang/frontend/view"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/offer"
)

// offerExhibits are the components by which people take up needs.
func offerExhibits() []exhibit {
	at := exhibitTime().Add(-24 * time.Hour)
	said := offer.Offer{Need: "XQ-1", Person: "ZJ-1", Name: "示例甲", Note: "用浮动滚压头，两天到厂。", At: at}
	refused := view.BuildOfferForm("XQ-1", nil)
	fresh, made := view.BuildOfferForm("XQ-1", nil), view.BuildOfferForm("XQ-1", &said)
	fresh.Anchor, made.Anchor, refused.Anchor = "offer-a", "offer-b", "offer-c"
	var faults errs.Faults
	faults.Add("note", "offer.note_long", "请写在 300 个字以内。", "")
	refused.Refuse("写得太长的一段话", faults.Err())
	return []exhibit{
		{Name: "offer", Title: "我能帮", Use: "公开难题的页面上，服务方看到的一栏。", Template: "offer", Data: fresh},
		{Name: "offer-made", Title: "我能帮（说过了）", Use: "同一栏，说过以后；可以收回。", Template: "offer", Data: made},
		{Name: "offer-refused", Title: "我能帮（填写有误）", Use: "写的字还在，错处写在旁边。", Template: "offer", Data: refused},
		{Name: "suit", Title: "为什么适合您", Use: "公开难题的页面上，服务方看到的一句话，只凭公开内容，不说别人。", Template: "suit", Data: view.Suit{Fits: true, Label: "匹配度中", Reason: "本人擅长领域写到“细长轴”。"}},
		{Name: "suit-not", Title: "看来不太对口", Use: "同一处，对不上的时候。", Template: "suit", Data: view.NewSuit(&catalog.Need{}, &catalog.Expert{}, nil)},
		{Name: "offers", Title: "来揭榜的人", Use: "难题页上，管这条难题的红娘看到的名单。", Template: "offers", Data: view.BuildOffers([]offer.Offer{said, {Need: "XQ-1", Person: "ZJ-2", Name: "示例乙", At: at}}, true)},
	}
}
