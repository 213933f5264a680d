package notice

import (
	"context"
	"encoding/json"
	"net/mail"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// KindPreference is the kind of item in which preferences are kept. ID and
// Owner: the reader's address.
const KindPreference account.ItemKind = "preference"

// Topic is what a notice is about, as far as one may turn it off.
type Topic string

// The topics. Mail is what the service itself must tell: an address to be
// confirmed, a letter that did not arrive; it cannot be turned off.
const (
	Introductions Topic = "introduction"
	Reminders     Topic = "reminder"
	Matches       Topic = "match"
	Expiry        Topic = "expiry"
	Searches      Topic = "search"   // what saved searches found anew, once a day
	Judgings      Topic = "review"   // judgings of results
	Decisions     Topic = "decision" // what staff said of what one handed in
	Mail          Topic = "mail"
)

// Topics lists what may be turned off.
func Topics() []Topic {
	return []Topic{Introductions, Reminders, Matches, Expiry, Searches, Judgings, Decisions}
}

// Label is the topic in Chinese.
func (t Topic) Label() string {
	switch t {
	case Introductions:
		return "对接进展"
	case Reminders:
		return "催办提醒"
	case Matches:
		return "匹配提醒"
	case Expiry:
		return "需求到期"
	case Searches:
		return "检索提醒"
	case Judgings:
		return "成果评审"
	case Decisions:
		return "审核结果"
	}
	return "邮件"
}

// Mode is when somebody wants letters about a topic.
type Mode string

// The modes. Off ends the letters; of matches it ends the notices inside the
// product too, all others are needed there to carry on a case.
const (
	AtOnce Mode = "now"
	Daily  Mode = "daily"
	Off    Mode = "off"
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{AtOnce, Daily, Off} }

// Label is the mode in Chinese.
func (m Mode) Label() string {
	switch m {
	case AtOnce:
		return "马上发"
	case Daily:
		return "每天合成一封"
	}
	return "不要"
}

// Preferences are what one reader wants.
type Preferences struct {
	Modes map[Topic]Mode `json:"modes" doc:"By topic: now, daily or off"`
	Mail  string         `json:"mail,omitempty" doc:"Confirmed address"`
	// Pending is an address that was not confirmed yet; only the letter that asks
	// for that goes there.
	Pending string `json:"pending,omitempty" doc:"Address that waits to be confirmed"`
	rev     int64
}

// Mode gives what holds for a topic: what was chosen, else at once for what
// somebody waits for, and once a day for matches and judgings.
func (p Preferences) Mode(t Topic) Mode {
	switch m := p.Modes[t]; {
	case t == Mail:
		return AtOnce
	case m != "":
		return m
	case t == Matches, t == Judgings:
		return Daily
	}
	return AtOnce
}

// Preferences gives what a reader wants, such as ToUser("U1").
func (s *Service) Preferences(ctx context.Context, reader string) (Preferences, error) {
	return preferencesOf(ctx, s.Store, reader)
}

func preferencesOf(ctx context.Context, store account.Store, reader string) (Preferences, error) {
	it, err := store.Get(ctx, KindPreference, reader)
	if errs.Is(err, errs.NotFound) {
		return Preferences{}, nil
	}
	if err != nil {
		return Preferences{}, err
	}
	var p Preferences
	if err := json.Unmarshal(it.Body, &p); err != nil {
		return p, errs.Wrap(err, errs.Internal, "notice.unreadable", "读不出通知设置，内容可能已损坏。请从备份恢复。")
	}
	p.rev = it.Rev
	return p, nil
}

// tries bounds how often preferences are saved again when somebody was faster.
const tries = 5

// change writes preferences over what is there, again when somebody was faster. Errors:
// Stale or Conflict when somebody always is.
func (s *Service) change(ctx context.Context, reader string, apply func(*Preferences) error) (Preferences, error) {
	for try := 1; ; try++ {
		p, err := s.Preferences(ctx, reader)
		if err != nil {
			return p, err
		}
		if p.Modes == nil {
			p.Modes = map[Topic]Mode{}
		}
		if err := apply(&p); err != nil {
			return p, err
		}
		body, err := json.Marshal(p)
		if err != nil {
			return p, errs.Wrap(err, errs.Internal, "notice.unwritable", "通知设置无法保存，请联系管理员查看日志。")
		}
		it := account.Item{Kind: KindPreference, ID: reader, Owner: reader, Rev: p.rev, Body: body}
		if p.rev == 0 {
			err = s.Store.Insert(ctx, it)
		} else {
			err = s.Store.Replace(ctx, it)
		}
		if try == tries || !errs.Is(err, errs.Stale) && !errs.Is(err, errs.Conflict) {
			return p, err
		}
	}
}

// SetModes changes when a reader wants letters; topics that are not named stay.
// Errors: errs.Invalid with fields.
func (s *Service) SetModes(ctx context.Context, reader string, modes map[Topic]Mode) (Preferences, error) {
	var f errs.Faults
	for t, m := range modes {
		if !slices.Contains(Topics(), t) {
			f.Add("modes", "notice.topic", "没有这一类通知；可用的有 introduction、reminder、match、expiry、search、review、decision。", string(t))
		}
		if !slices.Contains(Modes(), m) {
			f.Add("modes."+string(t), "notice.mode", "请选 now（马上发）、daily（每天合成一封）或 off（不要）。", string(m))
		}
	}
	if err := f.Err(); err != nil {
		return Preferences{}, err
	}
	return s.change(ctx, reader, func(p *Preferences) error {
		for t, m := range modes {
			p.Modes[t] = m
		}
		return nil
	})
}

// SetMail notes an address and asks by a letter whether it is its owner's, again when
// it is noted again, but once a day; "" takes the address away. Errors: errs.Invalid
// (notice.mail).
func (s *Service) SetMail(ctx context.Context, user, address string) (Preferences, error) {
	reader := ToUser(user)
	address = strings.TrimSpace(address)
	if !isAddress(address) {
		return Preferences{}, wrongAddress(address)
	}
	p, err := s.change(ctx, reader, func(p *Preferences) error {
		switch {
		case address == "":
			p.Mail, p.Pending = "", ""
		case address == p.Mail:
			p.Pending = ""
		default:
			p.Pending = address
		}
		return nil
	})
	if err != nil || p.Pending == "" {
		return p, err
	}
	return p, s.orderFor(ctx, Recipient{Key: reader}, Notice{ID: confirmID + catalog.Day(s.Now()) + "/" + address, At: s.Now(), Topic: Mail}, AtOnce)
}

func wrongAddress(address string) error {
	var f errs.Faults
	f.Add("mail", "notice.mail", "邮箱应像 name@example.cn，请核对。", address)
	return f.Err()
}

func isAddress(address string) bool {
	if address == "" {
		return true
	}
	a, err := mail.ParseAddress(address)
	return err == nil && a.Address == address && len(address) <= 120
}

// Confirm takes the pending address, when it is the one that the letter went to.
// Errors: errs.Denied (link.wrong), errs.Conflict (link.used).
func (s *Service) Confirm(ctx context.Context, token string) (Preferences, error) {
	reader, address, err := s.Offs.read(confirming, token)
	if err != nil {
		return Preferences{}, err
	}
	return s.change(ctx, reader, func(p *Preferences) error {
		switch address {
		case p.Mail:
		case p.Pending:
			p.Mail, p.Pending = address, ""
		default:
			return errs.New(errs.Conflict, "link.used", "这个邮箱已经改过，链接不再有用；要用它，请登录后到“通知”页重新填写。")
		}
		return nil
	})
}

// Settings are a reader's preferences as they are shown: every topic with what
// holds for it.
type Settings struct {
	Letters bool        `json:"letters" doc:"Whether the service sends letters at all"`
	Mail    string      `json:"mail,omitempty" doc:"Confirmed address"`
	Pending string      `json:"pending,omitempty" doc:"Address that waits to be confirmed"`
	Topics  []TopicMode `json:"topics"`
}

// TopicMode is what holds for one topic.
type TopicMode struct {
	Topic Topic  `json:"topic" enum:"introduction,reminder,match,expiry,search,review,decision"`
	Label string `json:"label" doc:"In Chinese"`
	Mode  Mode   `json:"mode" enum:"now,daily,off" doc:"now at once, daily in one letter a day, off none; of matches off ends the notices too"`
}

// Settings gives what a user chose, or what holds without a choice.
func (s *Service) Settings(ctx context.Context, user string) (Settings, error) {
	p, err := s.Preferences(ctx, ToUser(user))
	return s.shown(p), err
}

func (s *Service) shown(p Preferences) Settings {
	out := Settings{Letters: s.Order != nil, Mail: p.Mail, Pending: p.Pending}
	for _, t := range Topics() {
		out.Topics = append(out.Topics, TopicMode{Topic: t, Label: t.Label(), Mode: p.Mode(t)})
	}
	return out
}

// Wish is what a user wants changed; what is nil stays.
type Wish struct {
	Mail  *string        `json:"mail,omitempty" doc:"邮箱；空字符串：不要邮件。新邮箱要点确认邮件里的链接才生效"`
	Modes map[Topic]Mode `json:"modes,omitempty" doc:"按类：introduction、reminder、match、expiry、search、review、decision；now、daily 或 off"`
}

// Choose changes what a user wants. Errors: errs.Invalid with fields; then nothing
// was changed.
func (s *Service) Choose(ctx context.Context, user string, w Wish) (Settings, error) {
	if w.Mail != nil {
		*w.Mail = strings.TrimSpace(*w.Mail)
		if !isAddress(*w.Mail) {
			return Settings{}, wrongAddress(*w.Mail)
		}
	}
	p, err := s.SetModes(ctx, ToUser(user), w.Modes)
	if err == nil && w.Mail != nil && (*w.Mail != p.Mail || p.Pending != "") {
		p, err = s.SetMail(ctx, user, *w.Mail)
	}
	return s.shown(p), err
}
