// Package offer holds what somebody who can help says of his own accord: that he
// takes up a public need (揭榜). The brokers of the need's union are told, and find
// him on the need's page; nobody else learns of it, the enterprise neither: whom
// they recommend to it stays with them. An offer is no introduction and promises
// nothing.
package offer

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
	"hongniang/internal/zh"
)

// MaxNote is the longest sentence beside an offer, in characters.
const MaxNote = 300

// tries bounds how often an offer is saved again when the same person saved one
// elsewhere in the same moment.
const tries = 5

// Offer is one person's word that he can help with one need.
type Offer struct {
	Need   string    `json:"need"`
	Person string    `json:"person"` // code of the expert
	Name   string    `json:"name"`   // of the expert, as it was then
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
}

// Service keeps and gives offers. It is safe for concurrent use.
type Service struct {
	Store   account.Store // where offers lie
	Records catalog.Getter
	Notices *notice.Service // by which brokers are told; nil: nobody is told
	Now     func() time.Time
}

// Make says that the actor's person can help; said again it replaces the note. Who
// is told is told once. Errors: Denied for who may not offer help, Invalid for an
// account without a person and for a note that is too long, NotFound for a need
// that is not public, Conflict for one that is not to be taken up any more.
func (s *Service) Make(ctx context.Context, a account.Actor, code, note string) (Offer, error) {
	whole, need, err := s.open(ctx, a, code)
	if err != nil {
		return Offer{}, err
	}
	note = strings.TrimSpace(zh.CleanLine(note))
	if utf8.RuneCountInString(note) > MaxNote {
		var f errs.Faults
		f.Add("note", "offer.note_long", fmt.Sprintf("请写在 %d 个字以内。", MaxNote), "")
		return Offer{}, f.Err()
	}
	rec, err := s.Records.Get(ctx, catalog.KindExpert, a.Person)
	if err != nil {
		return Offer{}, err
	}
	made := Offer{Need: need.Code, Person: a.Person, Name: rec.Heading(), Note: note, At: s.Now().UTC().Truncate(time.Millisecond)}
	// Brokers come first: of an offer that was kept before a kill nobody would ever be
	// told, and who is told of one that was not is asked by its author again.
	if err := s.tell(ctx, whole, need, made); err != nil {
		return Offer{}, err
	}
	if err := s.put(ctx, made); err != nil {
		return Offer{}, err
	}
	return made, nil
}

// open gives a need that the actor may take up, and its public view.
func (s *Service) open(ctx context.Context, a account.Actor, code string) (catalog.Record, *catalog.Need, error) {
	if err := mayOffer(a); err != nil {
		return nil, nil, err
	}
	whole, err := s.Records.Get(ctx, catalog.KindNeed, code)
	if err != nil {
		return nil, nil, err
	}
	shown, public := catalog.PublicView(whole)
	need, ok := shown.(*catalog.Need)
	if !public || !ok {
		return nil, nil, catalog.NotFoundError(catalog.KindNeed, code)
	}
	if !Takes(need) {
		return nil, nil, errs.New(errs.Conflict, "offer.not_open", "这条难题已经有人在办或已经办结，不再揭榜。别的公开难题在“揭榜”里。")
	}
	return whole, need, nil
}

// mayOffer refuses who has no right to offer help, or no person that could.
func mayOffer(a account.Actor) error {
	if account.ScopeOf(a, account.OfferMake) == account.None {
		return errs.New(errs.Denied, "access.denied", "只有服务方的账号能揭榜。")
	}
	if a.Person == "" {
		return errs.New(errs.Invalid, "offer.no_person", "您的账号还没有对应的专家资料，请先认领自己的资料，或请红娘登记。")
	}
	if !account.May(a, account.OfferMake, account.Target{Persons: []string{a.Person}}) {
		return errs.New(errs.Denied, "access.denied", "只有服务方的账号能揭榜。")
	}
	return nil
}

// Takes tells whether a need may still be taken up.
func Takes(need *catalog.Need) bool { return catalog.Sought(need.Status) }

// put writes over what the same person said before.
func (s *Service) put(ctx context.Context, made Offer) error {
	body, err := json.Marshal(made)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "offer.unwritable", "揭榜没有保存，请联系管理员查看日志。")
	}
	for try := 1; ; try++ {
		it, err := s.Store.Get(ctx, account.KindOffer, idOf(made.Need, made.Person))
		switch {
		case err == nil:
			it.Body = body
			err = s.Store.Replace(ctx, it)
		case errs.Is(err, errs.NotFound):
			err = s.Store.Insert(ctx, account.Item{Kind: account.KindOffer, ID: idOf(made.Need, made.Person), Owner: made.Need, Body: body})
		}
		if try == tries || !errs.Is(err, errs.Stale) && !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
}

func idOf(need, person string) string { return need + "/" + person }

// tell lets the brokers know who carry the need; done again it changes nothing.
func (s *Service) tell(ctx context.Context, whole catalog.Record, need *catalog.Need, made Offer) error {
	if s.Notices == nil || s.Notices.Readers == nil {
		return nil
	}
	held, err := catalog.HoldersOf(ctx, s.Records, whole)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	people, err := s.Notices.Readers.People(ctx)
	if err != nil {
		return err
	}
	return s.Notices.Say(ctx, people.Brokers(held.Unions), notice.Notice{
		ID: "offer/" + idOf(made.Need, made.Person), Topic: notice.Introductions, Record: "need/" + need.Code, Need: need.Code,
		Text: fmt.Sprintf("%s揭榜：愿意帮忙解决难题 %s《%s》。他写了什么、要不要为他开对接单，请到难题页看。", made.Name, need.Code, need.Heading()),
	})
}

// Withdraw takes an offer back; one that is not there is no error.
func (s *Service) Withdraw(ctx context.Context, a account.Actor, code string) error {
	if err := mayOffer(a); err != nil {
		return err
	}
	return s.Store.Delete(ctx, account.KindOffer, idOf(code, a.Person))
}

// Own gives what the actor's person offered for a need. Errors: NotFound.
func (s *Service) Own(ctx context.Context, a account.Actor, code string) (Offer, error) {
	if err := mayOffer(a); err != nil {
		return Offer{}, err
	}
	it, err := s.Store.Get(ctx, account.KindOffer, idOf(code, a.Person))
	if err != nil {
		return Offer{}, err
	}
	return decode(it)
}

// Of gives the offers for a need, the newest first, to who carries it: staff of
// its union or one above. Errors: NotFound, Denied for everybody else.
func (s *Service) Of(ctx context.Context, a account.Actor, code string) ([]Offer, error) {
	rec, err := s.Records.Get(ctx, catalog.KindNeed, code)
	if err != nil {
		return nil, err
	}
	ok, err := account.Allowed(a, account.OfferRead, func() (account.Target, error) {
		h, err := catalog.HoldersOf(ctx, s.Records, rec)
		return account.Target{Unions: h.Unions}, err
	})
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errs.New(errs.Denied, "access.not_yours", "谁来揭榜，只有管这条难题的工会看得到。")
	}
	items, err := s.Store.Owned(ctx, account.KindOffer, code)
	if err != nil {
		return nil, err
	}
	out := make([]Offer, 0, len(items))
	for _, it := range items {
		o, err := decode(it)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(x, y Offer) int { return y.At.Compare(x.At) })
	return out, nil
}

func decode(it account.Item) (Offer, error) {
	var o Offer
	if err := json.Unmarshal(it.Body, &o); err != nil {
		return o, errs.Wrap(err, errs.Internal, "offer.unreadable", fmt.Sprintf("揭榜 %s 读不出来，内容可能已损坏。请从备份恢复。", it.ID))
	}
	return o, nil
}
