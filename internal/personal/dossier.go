package personal

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Dossier is everything that is kept about a person, as he is given it: nothing
// of others, no secret, and of introductions what he is shown of them.
type Dossier struct {
	MadeAt        time.Time                 `json:"made_at"`
	Subject       Subject                   `json:"subject"`
	Account       *OwnAccount               `json:"account,omitempty"`
	Profile       *catalog.Expert           `json:"profile,omitempty"`
	Consent       *catalog.Consent          `json:"consent,omitempty"`
	Claims        []account.Claim           `json:"claims,omitempty"`
	Notices       []json.RawMessage         `json:"notices,omitempty" doc:"As he was told"`
	Introductions []*brokering.Introduction `json:"introductions,omitempty" doc:"As he sees them"`
	Verdicts      []Verdict                 `json:"verdicts,omitempty"`
	Offers        []json.RawMessage         `json:"offers,omitempty"`      // of package offer: needs that he took up
	Searches      []json.RawMessage         `json:"searches,omitempty"`    // of package watch
	Preferences   []json.RawMessage         `json:"preferences,omitempty"` // of package notice
	Imports       []json.RawMessage         `json:"imports,omitempty"`     // of package batch; their bytes are among the files
	Applications  []Application             `json:"applications,omitempty" doc:"Results that he handed in to be judged"`
	Judged        []Judgement               `json:"judged,omitempty" doc:"What he said as a juror"`
	Objections    []Protest                 `json:"objections,omitempty"`
	Named         []Mention                 `json:"named_in,omitempty" doc:"Public records that name him"`
	Changes       []catalog.Change          `json:"changes,omitempty" doc:"Of his own record"`
	Requests      []Request                 `json:"requests,omitempty"`
	files         []file
	open          func(ctx context.Context, sha256 string) ([]byte, error)
}

// OwnAccount is an account as its owner may know it.
type OwnAccount struct {
	account.Profile
	Mobile   string            `json:"mobile,omitempty"` // whole: it is his
	Sessions []account.Session `json:"sessions,omitempty"`
	Tokens   []account.Token   `json:"tokens,omitempty"`
}

// Verdict is what brokers said of him: not for which need, and not their words.
type Verdict struct {
	Code string    `json:"verdict"`
	At   time.Time `json:"at"`
}

// Mention is a record that names him.
type Mention struct {
	Kind  catalog.Kind `json:"kind"`
	Code  string       `json:"code"`
	Title string       `json:"title"`
}

// file is an attachment of his; its bytes are read when it is written.
type file struct{ name, sha256 string }

// Collect gathers what is kept about a person, which reads every record: for one
// person at a time. Errors: NotFound, Unavailable (personal.busy).
func (s *Service) Collect(ctx context.Context, of Subject) (*Dossier, error) {
	if !s.collecting.TryLock() {
		return nil, errs.New(errs.Unavailable, "personal.busy", "正在给别人整理个人信息，请过一两分钟再来下载。")
	}
	defer s.collecting.Unlock()
	k, err := s.find(ctx, of)
	if err != nil {
		return nil, err
	}
	d := &Dossier{MadeAt: s.now(), Subject: k.Subject, open: s.Cases.File}
	for _, gather := range []func(context.Context, known, *Dossier) error{s.ownAccount, s.profile, s.toHim, s.saved, s.judgings, s.ownCases, s.mentions, s.ownRequests} {
		if err := gather(ctx, k, d); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (s *Service) ownAccount(ctx context.Context, k known, d *Dossier) error {
	if k.user == nil {
		return nil
	}
	own := &OwnAccount{Profile: k.user.Profile(), Mobile: k.user.Mobile}
	var err error
	if own.Sessions, err = s.Accounts.Sessions(ctx, k.User); err != nil {
		return err
	}
	own.Tokens, err = s.Accounts.Tokens(ctx, k.User)
	d.Account = own
	return err
}

func (s *Service) profile(ctx context.Context, k known, d *Dossier) error {
	if k.expert == nil {
		return nil
	}
	d.Profile, d.Consent = k.expert, k.expert.Consent
	changes, err := s.Catalog.Store.History(ctx, catalog.KindExpert, k.Person)
	d.Changes = changes
	return err
}

// toHim gathers notices, claims and verdicts.
func (s *Service) toHim(ctx context.Context, k known, d *Dossier) error {
	var owners []string
	if k.User != "" {
		owners = append(owners, "user/"+k.User)
	}
	if k.Person != "" {
		owners = append(owners, "person/"+k.Person)
	}
	for _, owner := range owners {
		items, err := s.Items.Owned(ctx, account.KindNotice, owner)
		if err != nil {
			return err
		}
		for _, it := range items {
			d.Notices = append(d.Notices, it.Body)
		}
	}
	claims, err := s.Accounts.Claims(ctx)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if k.User != "" && c.User == k.User || k.Person != "" && c.Person == k.Person && c.State == account.ClaimGranted {
			d.Claims = append(d.Claims, c)
		}
	}
	if err := s.offers(ctx, k, d); err != nil {
		return err
	}
	return s.verdicts(ctx, k, d)
}

func (s *Service) offers(ctx context.Context, k known, d *Dossier) error {
	if k.Person == "" {
		return nil
	}
	return s.eachItem(ctx, account.KindOffer, func(it account.Item) error {
		var o offered
		if err := json.Unmarshal(it.Body, &o); err != nil {
			return errs.Wrap(err, errs.Internal, "personal.unreadable", "有一条揭榜读不出来，内容可能已损坏。请从备份恢复。")
		}
		if o.Person == k.Person {
			d.Offers = append(d.Offers, it.Body)
		}
		return nil
	})
}

func (s *Service) verdicts(ctx context.Context, k known, d *Dossier) error {
	if k.Person == "" {
		return nil
	}
	return s.eachItem(ctx, account.KindVerdict, func(it account.Item) error {
		var v struct {
			judged
			Verdict
		}
		if err := json.Unmarshal(it.Body, &v); err != nil {
			return errs.Wrap(err, errs.Internal, "personal.unreadable", "有一条评价读不出来，内容可能已损坏。请从备份恢复。")
		}
		if v.Kind == catalog.KindExpert && v.Candidate == k.Person {
			d.Verdicts = append(d.Verdicts, v.Verdict)
		}
		return nil
	})
}

// ownCases gathers the introductions in which he sits on a side, as he is shown
// them, with the files that he attached. What staff carry for others is no data
// of theirs.
func (s *Service) ownCases(ctx context.Context, k known, d *Dossier) error {
	actor := account.Actor{Role: account.Provider, Person: k.Person}
	if k.user != nil {
		actor = k.user.Actor()
	}
	if actor.Role.Staff() || actor.Org == "" && actor.Person == "" {
		return nil
	}
	q := brokering.Query{Orgs: given(actor.Org), Persons: given(actor.Person), Limit: 100}
	for {
		list, err := s.Cases.List(ctx, q)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, in := range list {
			q.After = in.Code
			shown, ok := brokering.View(in, brokering.SeatOf(in, actor, nil))
			if !ok || !concerns(shown, k) {
				continue
			}
			d.Introductions = append(d.Introductions, shown)
			ownFiles(in, k, d)
		}
	}
}

// concerns tells whether a case of somebody's firm is about himself: he is the
// target, or took a step.
func concerns(in *brokering.Introduction, k known) bool {
	return k.Person != "" && slices.ContainsFunc(in.Targets, func(t brokering.Target) bool { return t.Person == k.Person }) ||
		k.User != "" && slices.ContainsFunc(in.History, func(e brokering.Entry) bool { return e.By == k.User })
}

func ownFiles(in *brokering.Introduction, k known, d *Dossier) {
	for _, a := range in.Attachments {
		if k.User != "" && a.By == k.User {
			d.files = append(d.files, file{in.Code + "-" + a.ID + "-" + flat(a.Name), a.SHA256})
		}
	}
}

// flat takes from a name what would make folders of it.
func flat(name string) string { return strings.NewReplacer("/", "_", "\\", "_").Replace(name) }

// mentions lists the public records that name him by his code.
func (s *Service) mentions(ctx context.Context, k known, d *Dossier) error {
	if k.Person == "" {
		return nil
	}
	return s.eachRecord(ctx, func(rec catalog.Record) error {
		shown, public := catalog.PublicView(rec)
		if public && slices.ContainsFunc(catalog.Credits(shown), func(c catalog.Credit) bool { return c.Code == k.Person }) {
			d.Named = append(d.Named, Mention{Kind: rec.Kind(), Code: rec.Base().Code, Title: rec.Heading()})
		}
		return nil
	})
}

func (s *Service) ownRequests(ctx context.Context, k known, d *Dossier) error {
	all, err := s.Requests(ctx)
	for _, r := range all {
		if k.User != "" && r.Subject.User == k.User || k.Person != "" && r.Subject.Person == k.Person {
			d.Requests = append(d.Requests, r)
		}
	}
	return err
}
