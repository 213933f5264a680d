package personal

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// State is how far a request is.
type State string

// The states of a request.
const (
	Asked   State = "asked"
	Refused State = "refused"
	Running State = "running" // goes on by itself, also after a crash
	Done    State = "done"
)

// Label is the state in Chinese.
func (s State) Label() string {
	return map[State]string{Asked: "待办理", Refused: "未同意", Running: "正在删除", Done: "已办结"}[s]
}

// Request is a person's wish to have his data erased, and what became of it. When
// it is done it names him by codes alone.
type Request struct {
	Code      string    `json:"code"`
	Subject   Subject   `json:"subject"`
	Name      string    `json:"name,omitempty" doc:"Gone when it is done"`
	Words     string    `json:"words,omitempty" doc:"Who asked, when and how, or why"`
	By        string    `json:"by" doc:"Account that noted it"`
	AskedAt   time.Time `json:"asked_at"`
	State     State     `json:"state" enum:"asked,refused,running,done"`
	DecidedBy string    `json:"decided_by,omitempty" doc:"Account"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
	Reason    string    `json:"reason,omitempty" doc:"Why it was refused"`
	Unions    []string  `json:"unions,omitempty" doc:"That looked after him when it was carried out, with those above: they see afterwards that it was"`
	Phase     phase     `json:"phase,omitempty" doc:"What is being erased"`
	Report    Report    `json:"report,omitzero"`
	traits    *traits
	files     []string // sums of bytes that are to go
	rev       int64
}

// stored is a request as it is kept, with what only the erasing needs.
type stored struct {
	Request
	Traits *traits  `json:"traits,omitempty"`
	Files  []string `json:"files,omitempty"`
}

// Report counts what was done; it names nobody.
type Report struct {
	Records       int       `json:"records" doc:"Records changed"`
	Introductions int       `json:"introductions" doc:"Introductions changed"`
	Items         int       `json:"items" doc:"Sessions, claims, notices and the like removed or changed"`
	Files         int       `json:"files" doc:"Attachments removed"`
	Signatures    int       `json:"signatures" doc:"Lines of the change history that are pseudonymous now"`
	Kept          []string  `json:"kept,omitempty" doc:"What stays under the name 已注销人员, and why"`
	DoneAt        time.Time `json:"done_at,omitzero"`
}

// keptFor is how long a finished request is kept: to show that it was carried out.
const keptFor = 3 * 365 * 24 * time.Hour

const maxWords = 300 // runes

// Ask notes that a person wants his data erased. words say who asked, when and
// how, when somebody else notes it. Errors: NotFound, Invalid with fields,
// Conflict (personal.asked) when the same waits already.
func (s *Service) Ask(ctx context.Context, by account.Actor, of Subject, words string) (Request, error) {
	k, err := s.find(ctx, of)
	if err != nil {
		return Request{}, err
	}
	words = strings.TrimSpace(words)
	own := by.User != "" && by.User == k.User
	if n := len([]rune(words)); n > maxWords || n < 4 && !own {
		var f errs.Faults
		f.Add("words", "personal.words", "请写明是谁、什么时候、怎样提出的，4 到 300 个字。", "")
		return Request{}, f.Err()
	}
	open, err := s.Requests(ctx)
	if err != nil {
		return Request{}, err
	}
	if slices.ContainsFunc(open, func(r Request) bool {
		return (r.State == Asked || r.State == Running) && (k.User != "" && r.Subject.User == k.User || k.Person != "" && r.Subject.Person == k.Person)
	}) {
		return Request{}, errs.New(errs.Conflict, "personal.asked", "这个人的注销申请已经登记，正在等候办理。")
	}
	id, err := s.Accounts.NewCode("ZX")
	if err != nil {
		return Request{}, err
	}
	r := Request{Code: id, Subject: Subject{User: k.User, Person: k.Person}, Words: words, By: cmp.Or(by.User, by.Signature()), AskedAt: s.now(), State: Asked}
	if k.expert != nil {
		r.Name = k.expert.Name
	} else {
		r.Name = k.user.Name
	}
	it, err := r.item()
	if err != nil {
		return Request{}, err
	}
	s.Log.Info("erasure asked for", "request", r.Code, "by", by.User)
	return r, s.Items.Insert(ctx, it)
}

// Refuse ends a request that has a reason against it, such as a running contract.
func (s *Service) Refuse(ctx context.Context, by account.Actor, code, reason string) (Request, error) {
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n < 2 || n > maxWords {
		var f errs.Faults
		f.Add("reason", "personal.reason", "请写明不同意的理由，本人会看到。", "")
		return Request{}, f.Err()
	}
	r, err := s.open(ctx, code)
	if err != nil {
		return r, err
	}
	r.State, r.Reason, r.DecidedBy, r.DecidedAt = Refused, reason, by.User, s.now()
	return r, s.save(ctx, &r)
}

// open reads a request that nobody has decided yet.
func (s *Service) open(ctx context.Context, code string) (Request, error) {
	r, err := s.Request(ctx, code)
	if err == nil && r.State != Asked {
		err = errs.New(errs.Conflict, "personal.decided", "这个申请已经办理过了，请刷新列表。")
	}
	return r, err
}

// Request reads one request. Errors: NotFound.
func (s *Service) Request(ctx context.Context, code string) (Request, error) {
	it, err := s.Items.Get(ctx, account.KindErasure, code)
	if errs.Is(err, errs.NotFound) {
		return Request{}, errs.Wrap(err, errs.NotFound, "personal.no_request", "没有这个注销申请，请刷新列表。")
	}
	if err != nil {
		return Request{}, err
	}
	return readRequest(it)
}

func readRequest(it account.Item) (Request, error) {
	var kept stored
	if err := json.Unmarshal(it.Body, &kept); err != nil {
		return Request{}, errs.Wrap(err, errs.Internal, "personal.unreadable", "有一条注销申请读不出来，内容可能已损坏。请从备份恢复。")
	}
	r := kept.Request
	r.traits, r.files, r.rev = kept.Traits, kept.Files, it.Rev
	return r, nil
}

// Requests lists every request, those that wait first, then the newest.
func (s *Service) Requests(ctx context.Context) ([]Request, error) {
	var out []Request
	err := s.eachItem(ctx, account.KindErasure, func(it account.Item) error {
		r, err := readRequest(it)
		out = append(out, r)
		return err
	})
	order := []State{Asked, Running, Refused, Done}
	slices.SortStableFunc(out, func(a, b Request) int {
		return cmp.Or(slices.Index(order, a.State)-slices.Index(order, b.State), b.AskedAt.Compare(a.AskedAt))
	})
	return out, err
}

// Of gives the latest request of an account; false when there is none.
func (s *Service) Of(ctx context.Context, user string) (Request, bool, error) {
	all, err := s.Requests(ctx)
	for _, r := range all {
		if user != "" && r.Subject.User == user {
			return r, true, err
		}
	}
	return Request{}, false, err
}

func (r Request) item() (account.Item, error) {
	body, err := json.Marshal(stored{Request: r, Traits: r.traits, Files: r.files})
	if err != nil {
		return account.Item{}, errs.Wrap(err, errs.Internal, "personal.unwritable", "注销申请无法保存，请联系管理员查看日志。")
	}
	it := account.Item{Kind: account.KindErasure, ID: r.Code, Rev: r.rev, Body: body}
	if r.State == Done || r.State == Refused {
		it.Expires = r.AskedAt.Add(keptFor).Truncate(time.Millisecond)
	}
	return it, nil
}

func (s *Service) save(ctx context.Context, r *Request) error {
	it, err := r.item()
	if err != nil {
		return err
	}
	if err := s.Items.Replace(ctx, it); err != nil {
		return err
	}
	r.rev++
	return nil
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }
