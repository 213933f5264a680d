package indexer

import (
	"context"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/zh"
)

// naming decides which pieces a person would take for a reason, by how the
// words are spread over the index. It remembers its answers.
type naming struct {
	stock  stock
	cutter zh.Cutter
	known  map[[2]string]bool // field, word
}

const (
	// leastTelling is below what idf · telling, 1 for a word of one document and
	// no need, a word is no reason. In the demonstration data it parts 加工, 设备,
	// 现场, 小时 (.17 to .29) from 焊接, 轴承, 曲轴 (.32 and above); a word that no
	// need has must stand in a tenth of 700 documents, a fortieth of 200,000.
	leastTelling = 0.3
	// fewDocuments is taken for the size of a smaller index: what both of two
	// documents say is not yet common.
	fewDocuments = 100
	// chatter: a word that at least so many needs have, and this many times more
	// of the needs than of the other documents, is how problems are told (没人,
	// 怎么, 天天, 老师傅) and not what solves them.
	chatterNeeds = 4
	chatterLift  = 4
)

// tells decides for a piece: one telling word in it is enough, or two words that
// rarely stand side by side, such as 加工 and 中心.
func (n *naming) tells(ctx context.Context, d *reading, p piece) (bool, error) {
	switch {
	case p.words == nil:
		return n.word(ctx, fieldBigrams, p.text)
	case p.loose:
		rare, err := n.rare(ctx, p.words)
		return rare && d.framed(p, n.cutter), err
	case counting.MatchString(p.text):
		return false, nil
	}
	plain := true
	for _, w := range p.words {
		if utf8.RuneCountInString(w) < 2 || whereabouts[w] || counting.MatchString(w) {
			plain = false
			continue
		}
		if tells, err := n.word(ctx, fieldWords, w); tells || err != nil {
			return tells, err
		}
	}
	if !plain || len(p.words) != 2 {
		return false, nil
	}
	last, _ := utf8.DecodeLastRuneInString(p.words[0])
	next, _ := utf8.DecodeRuneInString(p.words[1])
	return n.word(ctx, fieldBigrams, string([]rune{last, next}))
}

// rare tells whether all neighbours in a row of characters are telling together,
// and none of them is a particle.
func (n *naming) rare(ctx context.Context, characters []string) (bool, error) {
	for i, c := range characters {
		if strings.Contains(particles, c) {
			return false, nil
		}
		if i == 0 {
			continue
		}
		if tells, err := n.word(ctx, fieldBigrams, characters[i-1]+c); !tells || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (n *naming) word(ctx context.Context, field, word string) (bool, error) {
	key := [2]string{field, word}
	if tells, known := n.known[key]; known {
		return tells, nil
	}
	f, err := n.stock.frequency(ctx, field, word)
	if err != nil {
		return false, err
	}
	n.known[key] = !n.chatter(f) && n.weight(f) >= leastTelling
	return n.known[key], nil
}

// chatter compares how many needs and how many other documents have a word.
func (n *naming) chatter(f frequency) bool {
	needs, others := n.counts()
	if f.needs < chatterNeeds || needs == 0 {
		return false
	}
	return float64(f.needs)*others >= chatterLift*needs*float64(f.documents-f.needs)
}

// weight is 1 for a word of one document and no need, down to 0.
func (n *naming) weight(f frequency) float64 {
	part := func(all, have float64) float64 {
		return math.Log(1+(max(all-have, 0)+0.5)/(have+0.5)) / math.Log(1+(all+0.5)/0.5)
	}
	needs, others := n.counts()
	others = max(others, fewDocuments)
	return min(1, part(others, float64(f.documents-f.needs))/part(others, 1)) * part(needs+fewNeeds, float64(f.needs))
}

// counts are the needs of the index and its other documents.
func (n *naming) counts() (needs, others float64) {
	all, of := n.stock.documents()
	return float64(of), float64(all - of)
}

// particles and whereabouts are closed classes of the language: what belongs to
// them is no reason however rare it is in an index.
const particles = "的了着不就是还都要让把被"

var whereabouts = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields("中间 之间 左右 上下 前后 以上 以下 以内 以外 里面 外面 上面 下面 面上 旁边 出来 出去 下来 下去 上来 上去 起来 回来 回去 过来 过去") {
		out[w] = true
	}
	return out
}()

// general are words of all trades. However rare one is in an index, it says nothing
// of what somebody can do, and is a reason only where nothing better is.
var general = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`声音 响声 气味 颜色 形状 大小 长度 高度 宽度 厚度 重量 数量 尺寸 位置 距离 速度 时间 温度 高温 低温 压力 水分 湿度 精度 表面 内部 外部 整体 局部 全部 部分
		伸长 变大 变小 变化 增加 增大 减少 减小 提高 提升 降低 下降 改善 改进 优化 解决 调整 控制 处理 影响 导致 造成 出现 发生 容易 困难 严重 明显 稳定 正常 异常 连续 长期 自动 手工 人工 人力
		现场 车间 工厂 工位 工序 工艺 设备 机器 部件 零件 配件 结构 材料 产品 产量 质量 效率 效果 成本 性能 功能 系统 环境 安全 标准 要求 问题 原因 情况 方法 办法 技术 经验 数据
		生产 加工 作业 工作 操作 使用 运行 停机 停线 更换 维修 维护 保养 检查 检测 监测 测量 分析 工人 人员 师傅 班组 夏天 冬天 白天 夜班`) {
		out[w] = true
	}
	return out
}()

// specific tells whether a piece is more than words of all trades.
func specific(p piece) bool {
	return p.loose || len(p.words) == 0 || slices.ContainsFunc(p.words, func(w string) bool { return utf8.RuneCountInString(w) > 1 && !general[w] })
}

// amount is a measured quantity: 0.5mm, 24000r/min, 60℃. Two texts may have one
// in common by chance, so it is a reason only beside a word.
var amount = regexp.MustCompile(`^[φ]?[0-9.]+(?:mm|cm|km|μm|um|nm|m[²³]?|ml|l|kg|mg|[kg]|t|[mk]?pa|k?v|a|m?w|kwh?|min|ms|[hs]|db|hz|℃|°|次|` +
	`(?:m|mm|m[³3]|mg|kg|g|r|l|ml|次|℃)/(?:m[²³23]|l|min|s|h|d|a|kg|t))$`)

// counting are Chinese numbers with what they count: 三台, 半天, 每次, 几百公里.
// Each is rare, so their spread cannot show that none of them is a reason.
var counting = regexp.MustCompile(`^(?:[一二两三四五六七八九十百千万几半每多]+(?:种|次|台|件|套|个|条|根|块|道|层|段|步|遍|批|天|夜|年|月|周|日|班|季|边|头|人|成|分|秒|半|公里|小时|分钟)?多?)+$`)

// unit is a unit without a number, or single letters.
var unit = regexp.MustCompile(`^(?:[a-zμφ°℃%‰]{1,2}|(?:km|ml|kg|kv|kwh?|rpm|ppm|min|[mkg]pa|μm|m[²³23])|` +
	`(?:m|mm|m[³3]|mg|kg|g|r|l|t|kwh?|次|℃)/(?:m[²³23]|l|min|s|h|d|a|kg|t))$`)

// speaking tells whether a number with its unit, a model or a Latin word says
// anything by itself: 0.02mm, fx2n, 120目, but not mm, 8%, 0.3 or 3台.
func speaking(term string) bool {
	switch {
	case unit.MatchString(term), strings.HasSuffix(term, "%"), strings.HasSuffix(term, "‰"), strings.HasSuffix(term, "台"):
		return false
	case strings.Trim(term, "0123456789.-/_+#*'") == "":
		return bareNumber(term)
	}
	return true
}

// bareNumber tells a whole number of three digits or more, which may be a
// material or a model: 304, 6061, 100/120.
func bareNumber(term string) bool {
	return len(term) >= 3 && strings.Trim(term, "0123456789/") == ""
}

// isAmount tells a number that counts something: 300多台.
func isAmount(text string, number zh.Term) bool {
	after, size := utf8.DecodeRuneInString(text[number.End:])
	return size > 0 && strings.ContainsRune(counters, after)
}

// counters are what people write behind an amount.
const counters = "目级度吨米寸伏安瓦层轴台年月日天时分秒次人个件套根条块批万亿元倍多余来"
