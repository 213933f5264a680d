package view

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/upkeep"
)

// Addresses of the pages by which an installation is looked after.
const (
	AdminURL    = "/admin"
	RebuildURL  = "/admin/rebuild"
	MailTestURL = "/admin/mail"
	LexiconsURL = "/admin/lexicon"
	ChangesURL  = "/admin/changes"
	BackupsURL  = "/admin/backups"
)

// LexiconURL is the page of one word list.
func LexiconURL(list string) string { return LexiconsURL + "/" + list }

// adminTabs are the pages beside each other.
var adminTabs = []Link{
	{Text: "运行状态", URL: AdminURL}, {Text: "同义词", URL: LexiconsURL + "/synonyms"}, {Text: "用户词典", URL: LexiconsURL + "/userdict"},
	{Text: "修改记录", URL: ChangesURL}, {Text: "备份", URL: BackupsURL}, {Text: "用户与工会", URL: UsersURL},
}

// AdminTabs gives the pages that are mounted, with the current one marked.
func AdminTabs(current string, mounted func(url string) bool) []Link {
	var out []Link
	for _, l := range adminTabs {
		if mounted(l.URL) {
			l.Current = l.URL == current
			out = append(out, l)
		}
	}
	return out
}

// Admin is the page of the state of the installation.
type Admin struct {
	Tabs    []Link
	Facts   []Fact
	Store   string // why the index cannot be read; ""
	Rebuild RebuildPanel
	Mail    MailPanel
}

// Fact is a line of a description list.
type Fact struct{ Name, Text, Note string }

// RebuildPanel is the part about rebuilding the index.
type RebuildPanel struct {
	Why      string // it should be done
	Running  bool
	Text     string // how far it is
	Done     int    // of a hundred
	Last     string
	Problem  string
	MayStart bool
}

// MailPanel is the part about letters.
type MailPanel struct {
	Off     string // why there are no letters
	To      string
	Fault   string
	Problem string
	Done    string
}

// AdminFacts is what the page is made of.
type AdminFacts struct {
	Index    upkeep.Index
	IndexErr error
	Behind   int // changes; MostBehind means that many or more
	StoreErr error
	Progress upkeep.Progress
	Now      time.Time
}

// MostBehind is how many changes are counted at most.
const MostBehind = 1000

// BuildAdmin makes the page.
func BuildAdmin(f AdminFacts) Admin {
	v := Admin{Rebuild: buildRebuild(f)}
	if f.IndexErr != nil {
		v.Store = errs.As(f.IndexErr).Message
		return v
	}
	i := f.Index
	memory := Fact{Name: "内存里的索引", Text: Bytes(i.Memory) + " / " + Bytes(i.Budget), Note: "上限是设置 search.memory_mb；接近上限时，少用的词查得慢一些。"}
	if i.Budget < 1 {
		memory = Fact{Name: "内存里的索引", Text: "没有", Note: "设置 search.memory_mb 为 0，检索和匹配会慢很多。"}
	}
	v.Facts = []Fact{
		{Name: "公开记录", Text: Thousands(i.Documents) + " 条"},
		behindFact(f),
		{Name: "索引段", Text: strconv.Itoa(i.Segments) + " 个", Note: "几个到几十个都正常，会自行合并。"},
		{Name: "索引大小", Text: Bytes(i.Bytes)},
		memory,
		relatedFact(i.Related, f.Now),
	}
	return v
}

func behindFact(f AdminFacts) Fact {
	out := Fact{Name: "与数据库的差距"}
	switch {
	case f.StoreErr != nil:
		out.Text, out.Note = "不知道", errs.As(f.StoreErr).Message
	case f.Behind == 0:
		out.Text = "没有，已是最新"
	case f.Behind >= MostBehind:
		out.Text, out.Note = "落后 "+Thousands(MostBehind)+" 处修改以上", "正在追赶，稍后刷新再看；一直不减少时请重建。"
	default:
		out.Text, out.Note = fmt.Sprintf("落后 %s 处修改", Thousands(f.Behind)), "通常一两秒内追上。"
	}
	return out
}

func relatedFact(r upkeep.Related, now time.Time) Fact {
	out := Fact{Name: "相关词", Text: Thousands(r.Words) + " 个词，程序自带", Note: "公开记录满 2,000 条后，会从本站的公开文字里自行学习。"}
	if r.Own {
		out.Text = fmt.Sprintf("%s 个词，%s从 %s 条公开记录学得", Thousands(r.Words), ageOf(r.At, now), Thousands(r.Documents))
		out.Note = "十分之一的记录变动后会重新学习，每天至多一次。"
	}
	return out
}

// ageOf says how long ago something was, by days.
func ageOf(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	if days := int(now.Sub(at).Hours() / 24); days > 0 {
		return fmt.Sprintf("%d 天前", days)
	}
	return "今天"
}

func buildRebuild(f AdminFacts) RebuildPanel {
	p, out := f.Progress, RebuildPanel{}
	out.Running = p.Running || p.Asked || f.Index.Rebuilding
	out.MayStart = !out.Running
	if f.Index.NewWords && !out.Running {
		out.Why = "用户词典改过，索引还是按旧词典做的：重建以后，新词典才对检索和匹配起作用。"
	}
	switch {
	case p.Running && p.Total > 0:
		out.Done = min(100*p.Done/p.Total, 100)
		out.Text = fmt.Sprintf("正在重建：%s / %s 条，%s 由%s开始。其间检索照常。", Thousands(p.Done), Thousands(p.Total), minute(p.Began), OrText(p.By, "管理员"))
	case out.Running:
		out.Text = "正在重建，其间检索照常。"
	}
	switch {
	case p.Err != nil:
		out.Problem = "上一次重建没有完成：" + errs.As(p.Err).Message
	case !p.Ended.IsZero():
		out.Last = "上一次在 " + minute(p.Ended) + " 完成。"
	}
	return out
}

// Bytes writes a size in MB, or KB below one.
func Bytes(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", (n+1023)/1024)
}

// Changes is the page of who changed what.
type Changes struct {
	Tabs    []Link
	Values  map[string]string
	Faults  map[string]string
	Kinds   []FormOption
	Actions []FormOption
	Rows    []ChangeRow
	Cut     bool
	More    string
}

// ChangeRow is one line of it.
type ChangeRow struct {
	At, By, Action, Kind, Code, URL string
	Rev                             int64
}

// ParseChanges reads an address. Error: errs.Invalid with fields since and until.
func ParseChanges(v url.Values) (upkeep.Wanted, error) {
	var f errs.Faults
	text := func(key string) string { return strings.TrimSpace(v.Get(key)) }
	day := func(key string) time.Time {
		if text(key) == "" {
			return time.Time{}
		}
		t, err := time.ParseInLocation(time.DateOnly, text(key), beijing)
		if err != nil {
			f.Add(key, "changes.day", "日期请写成 2026-11-20 这样。", text(key))
		}
		return t
	}
	w := upkeep.Wanted{Code: text("code"), By: text("by"), Action: catalog.Action(text("action")), Since: day("since"), Until: day("until")}
	if kind, err := catalog.ParseKind(text("kind")); err == nil {
		w.Kind = kind
	}
	if !w.Until.IsZero() {
		w.Until = w.Until.AddDate(0, 0, 1)
	}
	w.Before, _ = strconv.ParseInt(v.Get("before"), 10, 64) // else from the end
	return w, f.Err()
}

// actionLabels are the actions in Chinese.
var actionLabels = map[catalog.Action]string{catalog.Created: "新增", catalog.Updated: "修改", catalog.Deleted: "删除", catalog.Restored: "恢复"}

// BuildChanges makes the page of what was asked for by values.
func BuildChanges(v url.Values, p upkeep.Page, err error) Changes {
	out := Changes{Values: map[string]string{}, Faults: map[string]string{}, Cut: p.Cut}
	again := url.Values{}
	for _, key := range []string{"kind", "code", "by", "action", "since", "until"} {
		if out.Values[key] = strings.TrimSpace(v.Get(key)); out.Values[key] != "" {
			again.Set(key, out.Values[key])
		}
	}
	if err != nil {
		faultsOf(err, nil, out.Faults)
	}
	pairs := []string{"", "全部种类"}
	for _, k := range ShownKinds() {
		pairs = append(pairs, string(k), KindLabel(k))
	}
	out.Kinds = marked(out.Values["kind"], pairs...)
	out.Actions = marked(out.Values["action"], "", "全部动作", "create", "新增", "update", "修改", "delete", "删除", "restore", "恢复")
	for _, c := range p.Changes {
		out.Rows = append(out.Rows, ChangeRow{At: minute(c.At), By: OrText(c.By, "—"), Action: OrText(actionLabels[c.Action], string(c.Action)), Kind: KindLabel(c.Kind), Code: c.Code, URL: RecordURL(c.Kind, c.Code), Rev: c.Rev})
	}
	if p.Next > 0 {
		again.Set("before", strconv.FormatInt(p.Next, 10))
		out.More = ChangesURL + "?" + again.Encode()
	}
	return out
}
