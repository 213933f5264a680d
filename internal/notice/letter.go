package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/mail"
)

const (
	// confirmID begins the id of the letter that asks whether an address is right; the
	// day and the address follow.
	confirmID = "confirm/"
	// undeliveredID begins the ids of notices that a letter did not arrive.
	undeliveredID = "undelivered/"
)

// digestHour is when the letters of a day go out together, in China.
const digestHour = 8

// nextDigest is the next time at which letters go out together.
func nextDigest(now time.Time) time.Time {
	t := now.In(catalog.China())
	at := time.Date(t.Year(), t.Month(), t.Day(), digestHour, 0, 0, 0, t.Location())
	if !at.After(t) {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC()
}

// order asks for the letters of a notice: one for each recipient who has an
// address and wants it.
func (s *Service) order(ctx context.Context, readers []string, n Notice) error {
	if s.Order == nil || s.Readers == nil {
		return nil
	}
	people, err := s.Readers.Behind(ctx, readers...)
	if err != nil {
		return err
	}
	for _, reader := range readers {
		recipients, err := people.Recipients(ctx, reader)
		if err != nil {
			return err
		}
		for _, r := range recipients {
			if mode := r.prefers.Mode(n.Topic); r.Mail != "" && mode != Off {
				if err := s.orderFor(ctx, r, n, mode); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Service) orderFor(ctx context.Context, r Recipient, n Notice, mode Mode) error {
	if s.Order == nil {
		return nil
	}
	about, err := json.Marshal(n)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "notice.unwritable", "通知无法保存，请联系管理员查看日志。")
	}
	o := mail.Order{ID: idOf(r.Key, n.ID), Reader: r.Key, About: about, Due: s.Now().UTC()}
	if mode == Daily {
		o.Together, o.Due = true, nextDigest(s.Now())
	}
	return s.Order(ctx, o)
}

// Write makes one letter of orders for one reader: a mail.Writer. What its reader
// turned off since, and what is over, is left out.
func (s *Service) Write(ctx context.Context, orders []mail.Order) (mail.Letter, bool, error) {
	var notices []Notice
	for _, o := range orders {
		var n Notice
		if err := json.Unmarshal(o.About, &n); err != nil {
			return mail.Letter{}, false, errs.Wrap(err, errs.Internal, "notice.unreadable", "有一封待发邮件读不出来，内容可能已损坏，请另行告知收件人。")
		}
		notices = append(notices, n)
	}
	reader := orders[0].Reader
	prefers, err := s.Preferences(ctx, reader)
	if err != nil {
		return mail.Letter{}, false, err
	}
	l := mail.Letter{ID: orders[0].ID}
	if notices[0].Topic == Mail && strings.HasPrefix(notices[0].ID, confirmID) {
		return s.confirmation(l, reader, notices[0], prefers)
	}
	to, err := s.recipient(ctx, reader)
	if err != nil || to.Mail == "" {
		return l, false, err
	}
	l.To, l.Name = to.Mail, to.Name
	parts, err := s.parts(ctx, reader, notices, prefers)
	if err != nil || len(parts) == 0 {
		return l, false, err
	}
	return s.compose(l, reader, parts), true, nil
}

// recipient finds a reader's address as it is now.
func (s *Service) recipient(ctx context.Context, reader string) (Recipient, error) {
	people, err := s.Readers.Behind(ctx, reader)
	if err != nil {
		return Recipient{}, err
	}
	all, err := people.Recipients(ctx, reader)
	for _, r := range all {
		if r.Key == reader {
			return r, err
		}
	}
	return Recipient{}, err
}

// piece is what a letter says of one notice.
type piece struct {
	Notice
	subject string
	blocks  []mail.Block
}

func (s *Service) parts(ctx context.Context, reader string, notices []Notice, prefers Preferences) ([]piece, error) {
	var out []piece
	for _, n := range notices {
		if prefers.Mode(n.Topic) == Off {
			continue
		}
		p, ok, err := s.piece(ctx, reader, n)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// piece puts a notice into the words of a letter; false when it is over.
func (s *Service) piece(ctx context.Context, reader string, n Notice) (piece, bool, error) {
	if n.Step == brokering.Invite {
		return s.invitation(ctx, reader, n)
	}
	p := piece{Notice: n, subject: n.Text, blocks: []mail.Block{{Text: n.Text}}}
	for _, why := range n.Why {
		p.blocks = append(p.blocks, mail.Block{Text: why, Item: true})
	}
	if path := n.Path(); path != "" {
		p.blocks = append(p.blocks, mail.Block{Text: "打开看看", URL: s.BaseURL + path})
	}
	return p, true, nil
}

// Path is the page that a notice leads to, "" for none.
func (n Notice) Path() string {
	kind, code, ok := strings.Cut(n.Record, "/")
	switch {
	case n.Introduction != "":
		return "/introductions/" + url.PathEscape(n.Introduction)
	case n.Topic == Searches:
		return "/searches"
	case ok:
		return "/" + kind + "s/" + url.PathEscape(code)
	}
	return ""
}

// invitation is the letter that is answered by one click. The link is signed now,
// for the invitation that is open now: what was answered meanwhile needs none. It
// goes to the person who is asked; whoever else stands behind the target signs in.
func (s *Service) invitation(ctx context.Context, reader string, n Notice) (piece, bool, error) {
	in, err := s.Introductions.Get(ctx, n.Introduction)
	if errs.Is(err, errs.NotFound) {
		return piece{}, false, nil
	}
	if err != nil {
		return piece{}, false, err
	}
	token, _, err := s.Cases.LinkOf(in)
	if errs.Is(err, errs.Conflict) {
		return piece{}, false, nil
	}
	if err != nil {
		return piece{}, false, err
	}
	asked, err := s.Cases.Asked(ctx, token)
	if err != nil {
		return piece{}, false, err
	}
	own, err := s.asksHim(ctx, reader, in)
	if err != nil {
		return piece{}, false, err
	}
	if !own { // another may be asked by now, and more be open to him: who signs in sees what he may
		blocks := []mail.Block{{Text: fmt.Sprintf("工会红娘请您看看一项技术需求（对接单 %s），详情登录后看。", in.Code)}, {Text: "登录后答复", URL: s.BaseURL + n.Path()}}
		return piece{Notice: n, subject: "请您看看一项技术需求", blocks: blocks}, true, nil
	}
	link := mail.Block{Text: "看看并答复：接受，或点一个原因婉拒，不用登录", URL: s.BaseURL + "/invitations/" + token}
	return piece{Notice: n, subject: "请您看看一项技术需求", blocks: invitationBlocks(asked, link)}, true, nil
}

func invitationBlocks(asked brokering.Asked, link mail.Block) []mail.Block {
	out := []mail.Block{{Text: fmt.Sprintf("工会红娘%s请您看看一项技术需求（对接单 %s）。", asked.Broker, asked.Introduction)}}
	for _, need := range asked.Needs {
		if need.Title != "" {
			out = append(out, mail.Block{Text: need.Title, Item: true})
		}
	}
	if asked.Text != "" {
		out = append(out, mail.Block{Text: "红娘的话：" + asked.Text})
	}
	return append(out, link, mail.Block{Text: fmt.Sprintf("请在 %s 之前答复。企业名称和详情在双方同意后才开放。", asked.Due)})
}

// asksHim tells whether a reader is the person whom the open invitation asks, or,
// where nobody is named, of the organisation that is asked.
func (s *Service) asksHim(ctx context.Context, reader string, in *brokering.Introduction) (bool, error) {
	t, ok := in.CurrentTarget()
	if !ok {
		return false, nil
	}
	address := ToPerson(t.Person)
	if t.Person == "" {
		address = ToOrg(t.Org)
	}
	if reader == address || !strings.HasPrefix(reader, toUser) {
		return reader == address, nil
	}
	people, err := s.Readers.Behind(ctx, reader)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(people.matching(address), func(u account.User) bool { return ToUser(u.Code) == reader }), nil
}

// compose puts pieces into a letter with its way out.
func (s *Service) compose(l mail.Letter, reader string, parts []piece) mail.Letter {
	l.Subject = "【技术红娘】" + shorten(parts[0].subject)
	if len(parts) > 1 {
		l.Subject = fmt.Sprintf("【技术红娘】%d 条通知", len(parts))
	}
	if l.Name != "" {
		l.Blocks = append(l.Blocks, mail.Block{Text: l.Name + "，您好："})
	}
	for _, p := range parts {
		l.Blocks = append(l.Blocks, p.blocks...)
	}
	topic := parts[0].Topic
	if token := s.Offs.sign(turningOff, reader, string(topic)); token != "" {
		l.Off = s.BaseURL + "/letters/off/" + token
		l.Blocks = append(l.Blocks, mail.Block{Text: "不想再收“" + topic.Label() + "”这类邮件，点这里", URL: l.Off})
	}
	return l
}

const subjectRunes = 40

func shorten(s string) string {
	if r := []rune(s); len(r) > subjectRunes {
		return string(r[:subjectRunes]) + "…"
	}
	return s
}

// addressIn gives the address of the id of a letter that asks for it; ids of an earlier
// version have no day.
func addressIn(id string) string {
	rest := strings.TrimPrefix(id, confirmID)
	if day, address, ok := strings.Cut(rest, "/"); ok && !strings.Contains(day, "@") {
		return address
	}
	return rest
}

// confirmation asks whether an address is its owner's.
func (s *Service) confirmation(l mail.Letter, reader string, n Notice, prefers Preferences) (mail.Letter, bool, error) {
	address := addressIn(n.ID)
	if prefers.Pending != address {
		return l, false, nil
	}
	l.To, l.Subject = address, "【技术红娘】请确认您的邮箱"
	l.Blocks = []mail.Block{
		{Text: "有人在技术红娘的“通知”页填写了这个邮箱，用来接收通知。是您本人，请点下面的链接确认："},
		{Text: "确认邮箱", URL: s.BaseURL + "/letters/confirm/" + s.Offs.sign(confirming, reader, address)},
		{Text: "不是您本人，不用理会：不确认就不会再有邮件。"},
	}
	return l, true, nil
}

// Undelivered tells the broker of an introduction that a letter will not arrive: a
// mail.Queue's GaveUp.
func (s *Service) Undelivered(ctx context.Context, orders []mail.Order, why string) error {
	for _, o := range orders {
		var n Notice
		if err := json.Unmarshal(o.About, &n); err != nil || n.Introduction == "" || n.Step != brokering.Invite {
			continue // nobody waits for an answer to it
		}
		in, err := s.Introductions.Get(ctx, n.Introduction)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		told := Notice{ID: undeliveredID + o.ID, Topic: Mail, Introduction: in.Code, Text: fmt.Sprintf("对接单 %s 的邀约邮件没有送到：%s请打电话，或把邀约链接另行转给对方。", in.Code, why)}
		if err := s.Say(ctx, address(toUser, in.Broker.User), told); err != nil {
			return err
		}
	}
	return nil
}
