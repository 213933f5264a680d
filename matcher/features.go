package matcher

import (
	"math"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// FeatureWeights are what is known of a pair beside its text: by how much a
// feature that holds wholly raises the odds of a candidate. Each is 0 or more;
// together they are at most MostFeatures, Honours at most MostHonours, so that a
// text score which is more than 15 % better is never overtaken.
type FeatureWeights struct {
	Field    float64 `json:"field"`    // the same field of technology
	Industry float64 `json:"industry"` // the same trade of GB/T 4754, the more digits the better
	Trade    float64 `json:"trade"`    // 工种
	IPC      float64 `json:"ipc"`      // class of a patent
	Stage    float64 `json:"stage"`    // a mature result, the more urgent the need
	Distance float64 `json:"distance"` // people near the need
	Solved   float64 `json:"solved"`   // needs that a person solved before
	Honours  float64 `json:"honours"`  // the highest honour
}

// Bounds of FeatureWeights.
const (
	MostFeatures = 0.15
	MostHonours  = 0.05
)

// DefaultFeatures are the weights that were chosen; docs/matching.md says what
// they are worth.
func DefaultFeatures() FeatureWeights {
	return FeatureWeights{Field: 0.02, Industry: 0.01, Trade: 0.01, IPC: 0.02, Stage: 0.005, Distance: 0.015, Solved: 0.01, Honours: 0.01}
}

// Lead is what is known of a need beside its text; empty values are not known
// and give nothing.
type Lead struct {
	Field    string   // vocabulary tech_field
	Industry string   // GB/T 4754
	Trades   []string // 工种
	IPC      []string
	Urgency  string // low, medium, high
	Region   string // GB/T 2260
}

// Feature is one thing that agrees, beside the text.
type Feature struct {
	Code   string  `json:"code" enum:"field,industry,trade,ipc,stage,distance,solved,honours"`
	Value  float64 `json:"value" doc:"How well it agrees, 0 to 1"`
	Odds   float64 `json:"odds" doc:"By what part the feature raises the odds of the score, 0 to 0.15; all together at most 0.15"`
	Reason string  `json:"reason" doc:"In Chinese"`
}

// gauge is one feature: what it says, and in which words.
type gauge struct {
	code   string
	weight func(FeatureWeights) float64
	// value is 0 to 1, with what to say of it.
	value func(Lead, search.Document, int) (float64, string)
}

// gauges lists the features in the order in which they are told.
func gauges() []gauge {
	return []gauge{
		{"trade", func(w FeatureWeights) float64 { return w.Trade }, tradeValue},
		{"industry", func(w FeatureWeights) float64 { return w.Industry }, industryValue},
		{"field", func(w FeatureWeights) float64 { return w.Field }, fieldValue},
		{"ipc", func(w FeatureWeights) float64 { return w.IPC }, ipcValue},
		{"stage", func(w FeatureWeights) float64 { return w.Stage }, stageValue},
		{"distance", func(w FeatureWeights) float64 { return w.Distance }, distanceValue},
		{"solved", func(w FeatureWeights) float64 { return w.Solved }, solvedValue},
		{"honours", func(w FeatureWeights) float64 { return w.Honours }, honourValue},
	}
}

// Features gives what agrees between a need and a document, what does not is
// left out. solved is how many needs the person solved.
func (w FeatureWeights) Features(lead Lead, doc search.Document, solved int) []Feature {
	w = w.bounded()
	var out []Feature
	for _, g := range gauges() {
		value, reason := g.value(lead, doc, solved)
		if odds := g.weight(w) * value; odds > 0 && value <= 1 {
			out = append(out, Feature{Code: g.code, Value: value, Odds: odds, Reason: reason})
		}
	}
	return out
}

// bounded brings weights into their bounds, whatever a file said.
func (w FeatureWeights) bounded() FeatureWeights {
	all := []*float64{&w.Field, &w.Industry, &w.Trade, &w.IPC, &w.Stage, &w.Distance, &w.Solved, &w.Honours}
	sum := 0.0
	for _, each := range all {
		if !(*each > 0) { // NaN too
			*each = 0
		}
		*each = min(*each, MostFeatures)
		if each == &w.Honours {
			*each = min(*each, MostHonours)
		}
		sum += *each
	}
	if sum > MostFeatures {
		for _, each := range all {
			*each *= MostFeatures / sum
		}
	}
	return w
}

// most is what features can give together at most.
func (w FeatureWeights) most() float64 {
	w = w.bounded()
	return w.Field + w.Industry + w.Trade + w.IPC + w.Stage + w.Distance + w.Solved + w.Honours
}

// lift raises a strength so that the odds of its chance are 1 + bonus times what
// they were, and never to more than 1.15 times itself: neither the score nor the
// strength of a candidate grows by more than 15 %. Nothing stays nothing.
func lift(c Chance, strength, bonus float64) float64 {
	bonus = min(bonus, MostFeatures)
	if !(strength > 0) || !(bonus > 0) || !(c.Slope > 0) || !(c.Power > 0) {
		return strength
	}
	raised := math.Pow(math.Pow(strength, c.Power)+math.Log1p(bonus)/c.Slope, 1/c.Power)
	return max(strength, min(raised, (1+MostFeatures)*strength))
}

func fieldValue(lead Lead, doc search.Document, _ int) (float64, string) {
	if lead.Field == "" || lead.Field != doc.Field {
		return 0, ""
	}
	return 1, "技术领域一致：" + catalog.Vocab("tech_field").Label(doc.Field) + "。"
}

// industryValue: a class or group in common is the same trade, a division most
// of it.
func industryValue(lead Lead, doc search.Document, _ int) (float64, string) {
	a, b := divisionOf(lead.Industry), divisionOf(doc.Industry)
	shared := 0
	for shared < min(len(a), len(b)) && a[shared] == b[shared] {
		shared++
	}
	value := map[bool]float64{true: 1, false: 0.8}[shared > 2]
	if shared < 2 {
		return 0, ""
	}
	return value, "同行业：" + catalog.IndustryName(doc.Industry) + "。"
}

// divisionOf is the digits of an industry's code.
func divisionOf(code string) string {
	return strings.TrimFunc(code, func(r rune) bool { return r < '0' || r > '9' })
}

// placesOfTrade are the lines of a document that name trades.
var placesOfTrade = []string{"工种", "竞赛"}

// tradeValue: the same trade, or one that contains the other (数控车工, 车工).
func tradeValue(lead Lead, doc search.Document, _ int) (float64, string) {
	best, said := 0.0, ""
	for _, theirs := range tradesOf(doc) {
		for _, wanted := range lead.Trades {
			value := agree(zh.Fold(strings.TrimSpace(wanted)), theirs)
			if value > best {
				best, said = value, strings.TrimSpace(wanted)
			}
		}
	}
	if best == 0 {
		return 0, ""
	}
	return best, "工种对得上：" + said + "。"
}

func agree(wanted, theirs string) float64 {
	switch {
	case wanted == "" || theirs == "":
		return 0
	case wanted == theirs:
		return 1
	case len(wanted) >= 6 && strings.Contains(theirs, wanted), len(theirs) >= 6 && strings.Contains(wanted, theirs): // two characters
		return 0.7
	}
	return 0
}

// tradesOf gives the trades of a person or studio, folded.
func tradesOf(doc search.Document) []string {
	if !isProfile(doc.Kind) {
		return nil
	}
	var out []string
	for i, line := range strings.Split(doc.Text, "\n") {
		if i < len(doc.Places) && slices.Contains(placesOfTrade, doc.Places[i]) {
			out = append(out, strings.FieldsFunc(zh.Fold(line), func(r rune) bool { return strings.ContainsRune("；;，,、 /", r) })...)
		}
	}
	return out
}

// ipcValue compares classes of a patent: main group 1, subclass 0.7, class 0.3.
func ipcValue(lead Lead, doc search.Document, _ int) (float64, string) {
	if doc.Kind != catalog.KindPatent {
		return 0, ""
	}
	best, said := 0.0, ""
	for _, wanted := range lead.IPC {
		for _, code := range doc.Codes {
			if value := sameClass(plainIPC(wanted), plainIPC(code)); value > best {
				best, said = value, code
			}
		}
	}
	if best == 0 {
		return 0, ""
	}
	return best, "专利分类接近：" + said + "。"
}

func plainIPC(code string) string {
	return strings.ToUpper(strings.Join(strings.Fields(code), ""))
}

func sameClass(a, b string) float64 {
	group := func(s string) string { head, _, _ := strings.Cut(s, "/"); return head }
	switch {
	case !isIPC(a) || !isIPC(b) || a[:3] != b[:3]:
		return 0
	case len(a) < 4 || len(b) < 4 || a[:4] != b[:4]:
		return 0.3
	case len(group(a)) > 4 && group(a) == group(b):
		return 1
	}
	return 0.7
}

// isIPC tells a class such as B23Q11/10 from the numbers of patents.
func isIPC(s string) bool {
	digit := func(b byte) bool { return b >= '0' && b <= '9' }
	if len(s) < 3 || s[0] < 'A' || s[0] > 'H' || !digit(s[1]) || !digit(s[2]) {
		return false
	}
	return len(s) == 3 || s[3] >= 'A' && s[3] <= 'Z'
}

// stageValue: an urgent need wants what works already.
func stageValue(lead Lead, doc search.Document, _ int) (float64, string) {
	if doc.Kind != catalog.KindResult {
		return 0, ""
	}
	value := map[string]float64{"high": 1, "medium": 0.6, "low": 0.2}[lead.Urgency] * map[string]float64{"mature": 1, "middle": 0.4}[doc.Stage]
	if value == 0 {
		return 0, ""
	}
	return value, "成果已到" + catalog.Vocab("stage").Label(doc.Stage) + "，需求" + catalog.Vocab("urgency").Label(lead.Urgency) + "。"
}

// farAway is from how many kilometres on being near counts no more.
const farAway = 400

// distanceValue falls evenly from the own prefecture to farAway. Results and
// patents come from anywhere.
func distanceValue(lead Lead, doc search.Document, _ int) (float64, string) {
	if !isProfile(doc.Kind) {
		return 0, ""
	}
	km, known := catalog.Distance(lead.Region, doc.Region)
	if !known || km >= farAway {
		return 0, ""
	}
	if km < 1 {
		return 1, "就在" + catalog.PlaceName(doc.Region[:4]+"00") + "，上门方便。"
	}
	return 1 - km/farAway, "离现场不远（" + catalog.PlaceName(doc.Region[:4]+"00") + "）。"
}

// solvedValue is n/(n+2): one success is a third, four are two thirds.
func solvedValue(_ Lead, doc search.Document, solved int) (float64, string) {
	if !isProfile(doc.Kind) || solved <= 0 {
		return 0, ""
	}
	return float64(solved) / float64(solved+2), "经对接办成过难题。"
}

var honourValues = map[string]float64{"national": 1, "provincial": 0.6, "municipal": 0.3, "county": 0.15, "enterprise": 0.1}

// honourValue is that of the highest honour.
func honourValue(_ Lead, doc search.Document, _ int) (float64, string) {
	best, said := 0.0, ""
	for _, level := range doc.Honours {
		if v := honourValues[level]; v > best {
			best, said = v, level
		}
	}
	if best == 0 {
		return 0, ""
	}
	return best, "有" + catalog.Vocab("honour_level").Label(said) + "荣誉，略加分。"
}
