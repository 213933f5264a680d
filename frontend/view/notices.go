package view

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
)

// noticesShown is how many notices the page lists.
const noticesShown = 100

// Unread says how many notices are new; where counting stops it says so.
func Unread(n int) string {
	if n >= notice.MostCounted {
		return strconv.Itoa(notice.MostCounted-1) + "+"
	}
	return strconv.Itoa(n)
}

func unreadTile(n int) Tile {
	return Tile{Label: "未读通知", Count: n, Text: Unread(n), URL: "/notices"}
}

// Notices is the page of notices, with what its reader wants to be told.
type Notices struct {
	Items []NoticeLine
	More  bool   // there are older ones that the page does not list
	Upto  string // the newest shown, for marking as read
	New   int
	Prefs NoticePrefs
}

// NoticeLine is one notice. OffTopic is what one click on it turns off, "" for
// what one must be told.
type NoticeLine struct {
	At, Text, URL     string
	New, Late         bool
	Topic, Band       string
	Why               []string
	NeedURL, OffTopic string
}

// NoticePrefs is the form by which somebody chooses.
type NoticePrefs struct {
	Letters bool // the service sends letters at all
	Mail    FormField
	State   string // of the address
	Topics  []FormField
	Done    string
	Problem string
}

// BuildNotices makes the page.
func BuildNotices(box notice.Box, settings notice.Settings) Notices {
	v := Notices{New: box.Unread, Prefs: BuildNoticePrefs(settings, nil, nil)}
	v.More = len(box.Notices) > noticesShown
	for i, n := range box.Notices[:min(len(box.Notices), noticesShown)] {
		if i == 0 {
			v.Upto = n.At.UTC().Format(time.RFC3339Nano)
		}
		line := NoticeLine{At: minute(n.At), Text: n.Text, URL: n.Path(), New: n.At.After(box.Seen), Late: n.Level > 0, Band: n.Band, Why: n.Why}
		if n.Topic != "" && n.Topic != notice.Introductions && n.Topic != notice.Reminders {
			line.Topic = n.Topic.Label()
		}
		if n.Topic == notice.Matches {
			line.OffTopic = string(n.Topic)
		}
		if n.Need != "" && n.Record != string(catalog.KindNeed)+"/"+n.Need {
			line.NeedURL = KindPath(catalog.KindNeed) + url.PathEscape(n.Need)
		}
		v.Items = append(v.Items, line)
	}
	return v
}

// BuildNoticePrefs makes the form; typed is what was sent and not taken.
func BuildNoticePrefs(s notice.Settings, typed url.Values, err error) NoticePrefs {
	faults := noticeFaults(err)
	v := NoticePrefs{Letters: s.Letters, Mail: FormField{ID: "mail", Name: "mail", Label: "收通知的邮箱", Kind: "text", Value: s.Mail, Hint: "填好后会收到一封确认邮件；不填就只在这里看通知。", Fault: faults["mail"]}}
	switch {
	case s.Pending != "":
		v.Mail.Value, v.State = s.Pending, "已向 "+s.Pending+" 发出确认邮件，点开里面的链接才生效。"
	case s.Mail != "":
		v.State = "已确认。"
	}
	if typed != nil {
		v.Mail.Value = typed.Get("mail")
	}
	for _, t := range s.Topics {
		f := FormField{ID: "topic-" + string(t.Topic), Name: "topic." + string(t.Topic), Label: t.Label, Kind: "choice", Fault: faults["modes."+string(t.Topic)], Hint: topicHints[t.Topic]}
		chosen := string(t.Mode)
		if typed != nil {
			chosen = typed.Get(f.Name)
		}
		for _, m := range notice.Modes() {
			f.Options = append(f.Options, FormOption{Value: string(m), Label: modeLabel(t.Topic, m), Chosen: string(m) == chosen})
		}
		v.Topics = append(v.Topics, f)
	}
	if err != nil && len(faults) == 0 {
		v.Problem = errs.As(err).Message
	} else if err != nil {
		v.Problem = "有几处需要改正，请看各栏下面的提示。"
	}
	return v
}

// topicHints say what a topic is.
var topicHints = map[notice.Topic]string{
	notice.Introductions: "邀约、答复、推荐、合同等",
	notice.Reminders:     "该您办的事过了期",
	notice.Matches:       "新成果、新人选、新需求与您对得上；每周有上限",
	notice.Expiry:        "需求快到期和已到期",
	notice.Searches:      "您保存的检索有了新结果；每天早上合成一条",
	notice.Decisions:     "您提交的需求、成果和资料审核通过或退回",
	notice.Judgings:      "征集开始、请您评分、公示和结果、对异议的答复",
}

// modeLabel says what is off: of matches the notices here too.
func modeLabel(t notice.Topic, m notice.Mode) string {
	switch {
	case m != notice.Off:
		return "邮件" + m.Label()
	case t == notice.Matches:
		return "不要（这里也不提醒）"
	}
	return "不发邮件，只在这里看"
}

// noticeFaults gives the sentences of an error by field.
func noticeFaults(err error) map[string]string {
	out := map[string]string{}
	if err != nil {
		for _, f := range errs.As(err).Fields {
			out[f.Field] = f.Message
		}
	}
	return out
}

// ParseModes reads the form: what is not in it stays.
func ParseModes(form url.Values) map[notice.Topic]notice.Mode {
	out := map[notice.Topic]notice.Mode{}
	for name := range form {
		if topic, ok := strings.CutPrefix(name, "topic."); ok {
			out[notice.Topic(topic)] = notice.Mode(form.Get(name))
		}
	}
	return out
}

// Letters is the page behind a link of a letter.
type Letters struct {
	Title, Token string
	Topic        string // in Chinese; what one click turns off
	Confirm      bool   // the link confirms an address
	Done         string
	Over         string // why the link is no good
	Modes        []Item
}

// BuildLetters says what a link turns off, and how things stand.
func BuildLetters(token string, c notice.Choice) Letters {
	v := Letters{Title: "退订邮件", Token: token, Topic: c.Topic.Label()}
	for _, t := range notice.Topics() {
		v.Modes = append(v.Modes, Item{Label: t.Label(), Text: []string{modeLabel(t, c.Modes[t])}})
	}
	return v
}
