package personal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/contact"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

// phase is a part of an erasure. Each can be repeated: after a crash the phase
// that was under way begins again.
type phase string

// phases in their order. Forgetting who it was comes before the files are
// cleaned, so that the request itself does not stay in them.
var phases = []struct {
	name phase
	run  func(*Service, context.Context, *Request) error
}{
	{"account", (*Service).eraseAccount},
	{"items", (*Service).eraseItems},
	{"records", (*Service).eraseRecords},
	{"introductions", (*Service).eraseCases},
	{"files", (*Service).eraseFiles},
	{"history", (*Service).eraseSignatures},
	{"forget", (*Service).forget},
	{"clean", (*Service).clean},
}

// CarryOut begins an erasure; Go then does it. Errors: those of the state,
// Conflict (personal.open_cases) while he is the broker of open introductions, and
// user.last_administrator.
func (s *Service) CarryOut(ctx context.Context, by account.Actor, code string) (Request, error) {
	r, err := s.open(ctx, code)
	if err != nil {
		return r, err
	}
	k, err := s.find(ctx, r.Subject)
	if err != nil {
		return r, err
	}
	if err := s.leaves(ctx, k); err != nil {
		return r, err
	}
	t := traitsOf(k)
	if err := s.onlySigner(ctx, &t); err != nil {
		return r, err
	}
	held, err := s.HoldersOf(ctx, r.Subject)
	if err != nil {
		return r, err
	}
	r.Unions = held.Unions
	r.State, r.DecidedBy, r.DecidedAt, r.Phase, r.traits = Running, by.User, s.now(), phases[0].name, &t
	r.Report.Kept = kept(t)
	s.Log.Info("erasure begins", "request", r.Code, "by", by.User)
	return r, s.save(ctx, &r)
}

// kept says what stays, and why.
func kept(t traits) []string {
	out := []string{
		"对接单的经过、合同、到账和已核实的成效：合同与财务资料依法保存，署名改为“已注销人员”",
		"谁在何时改过记录：用于追责的操作记录，署名改为“已注销人员”",
		"成果、专利和工作室：属于完成单位和其他完成人，其中的姓名改为“已注销人员”",
	}
	if t.User != "" && t.Signed == "" {
		out = append(out, "操作记录里的署名：另有同名账号，分不清是谁的，没有改动")
	}
	return out
}

// leaves refuses while others depend on the account.
func (s *Service) leaves(ctx context.Context, k known) error {
	if k.user == nil {
		return nil
	}
	if k.user.Role.Staff() {
		open, err := s.Cases.List(ctx, brokering.Query{Broker: k.User, Open: true, Limit: 1})
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return errs.New(errs.Conflict, "personal.open_cases", "他还在经办对接单，请先把对接单移交给别人，再注销。")
		}
	}
	return s.Accounts.MayRemove(ctx, k.User)
}

// onlySigner drops the signature when another account has the same name.
func (s *Service) onlySigner(ctx context.Context, t *traits) error {
	for after := ""; t.Signed != ""; {
		users, err := s.Accounts.Users(ctx, after, 200)
		if err != nil || len(users) == 0 {
			return err
		}
		for _, u := range users {
			if after = u.Code; u.Code != t.User && u.Name == t.Signed {
				t.Signed = ""
			}
		}
	}
	return nil
}

// Go does what is left of every erasure that was begun. It ends with the
// context, and can be called again at any time, also after a crash. Errors: the
// stores'; what failed is done again by the next call.
func (s *Service) Go(ctx context.Context) error {
	all, err := s.Requests(ctx)
	if err != nil {
		return err
	}
	var failed error
	for i := range all {
		if all[i].State != Running {
			continue
		}
		failed = errors.Join(failed, s.run(ctx, &all[i])) // one that cannot be done does not hold up the others
	}
	return failed
}

func (s *Service) run(ctx context.Context, r *Request) error {
	at := slices.IndexFunc(phases, func(p struct {
		name phase
		run  func(*Service, context.Context, *Request) error
	}) bool {
		return p.name == r.Phase
	})
	for i := max(at, 0); i < len(phases); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.Phase = phases[i].name
		if err := s.save(ctx, r); err != nil {
			return err
		}
		if err := phases[i].run(s, ctx, r); err != nil {
			return fmt.Errorf("erasing %s, %s: %w", r.Code, r.Phase, err)
		}
	}
	s.Log.Info("erasure done", "request", r.Code)
	return nil
}

// eraseAccount ends sessions and tokens, and removes the account.
func (s *Service) eraseAccount(ctx context.Context, r *Request) error {
	if r.traits.User == "" {
		return nil
	}
	return s.Accounts.Remove(ctx, r.traits.User, r.traits.Login)
}

// judged is what of a verdict says on whom it is.
type judged struct {
	Kind      catalog.Kind `json:"kind"`
	Candidate string       `json:"candidate"`
}

// offered is what of an offer says whose it is.
type offered struct {
	Person string `json:"person"`
}

// eraseItems removes what is addressed to him or says something of him, and
// rewrites what others keep.
func (s *Service) eraseItems(ctx context.Context, r *Request) error {
	t := *r.traits
	kinds, err := s.Items.Kinds(ctx)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		if kind == account.KindErasure {
			continue
		}
		err := s.eachItem(ctx, kind, func(it account.Item) error {
			if t.owns(it) {
				return s.drop(ctx, r, it)
			}
			if kind == account.KindUser || kind == "preference" { // of package notice
				return nil // by which somebody else signs in and is reached, be it the same number
			}
			body, err := t.rewrite(it.Body)
			if err != nil || body == nil {
				return err
			}
			it.Body = body
			r.Report.Items++
			if err := s.Items.Replace(ctx, it); !errs.Is(err, errs.Stale) && !errs.Is(err, errs.NotFound) {
				return err
			}
			return errs.New(errs.Unavailable, "personal.moving", "数据正在被别处修改，稍后会接着删除。")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// drop removes an item that goes with him. The bytes of a file that he brought in are
// noted first, so that a crash leaves none behind.
func (s *Service) drop(ctx context.Context, r *Request, it account.Item) error {
	if it.Kind == "batch" { // of package batch
		r.files = append(r.files, paper.FileOf(it.Kind, it.ID))
		if err := s.save(ctx, r); err != nil {
			return err
		}
	}
	r.Report.Items++
	return s.Items.Delete(ctx, it.Kind, it.ID)
}

// owns tells whether an item goes with him: what belongs or is addressed to him,
// his claims, verdicts on him.
func (t traits) owns(it account.Item) bool {
	for prefix, code := range map[string]string{"user/": t.User, "person/": t.Person} {
		if code != "" && (it.Owner == code || it.Owner == prefix+code || it.ID == code) {
			return true
		}
	}
	switch it.Kind {
	case account.KindClaim:
		var c account.Claim
		if json.Unmarshal(it.Body, &c) != nil {
			return false
		}
		return t.Person != "" && c.Person == t.Person || t.hasPhone(contact.Number(c.Phone)) && slices.Contains(t.Names, c.Name)
	case account.KindOffer:
		var o offered
		return json.Unmarshal(it.Body, &o) == nil && t.Person != "" && o.Person == t.Person
	case account.KindVerdict:
		var v judged
		return json.Unmarshal(it.Body, &v) == nil && v.Kind == catalog.KindExpert && t.Person != "" && v.Candidate == t.Person
	}
	return false
}

// signedBy signs what an erasure changes.
const signedBy = "个人信息删除"

// eraseRecords empties his own record and takes him out of others.
func (s *Service) eraseRecords(ctx context.Context, r *Request) error {
	return s.eachRecord(ctx, func(rec catalog.Record) error {
		next, err := r.traits.record(rec)
		if err != nil || next == nil {
			return err
		}
		r.Report.Records++
		return s.Catalog.Overwrite(ctx, signedBy, next)
	})
}

// record gives what is left of a record, nil when it stays as it is.
func (t traits) record(rec catalog.Record) (catalog.Record, error) {
	if e, ok := rec.(*catalog.Expert); ok && t.Person != "" && e.Code == t.Person {
		if e.Name == Gone {
			return nil, nil
		}
		return &catalog.Expert{Meta: catalog.Meta{
			Code: e.Code, Rev: e.Rev, Status: "withdrawn", Visibility: "internal", Union: e.Union, ExternalID: Gone + e.Code, CreatedAt: e.CreatedAt, DeletedAt: &e.UpdatedAt,
		}, Name: Gone, Consent: &catalog.Consent{}}, nil
	}
	doc, err := catalog.Encode(rec)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "personal.unwritable", "有一条记录写不回去，请联系管理员查看日志。")
	}
	doc, err = t.rewrite(doc)
	if err != nil || doc == nil {
		return nil, err
	}
	return catalog.Decode(rec.Kind(), doc)
}

// eraseCases takes his words, files and names out of introductions; the course of
// the case, contracts and benefits stay.
func (s *Service) eraseCases(ctx context.Context, r *Request) error {
	return s.eachCase(ctx, func(in *brokering.Introduction) error {
		next, files, changed := brokering.Erased(in, r.traits.User, r.traits.Person, removed)
		doc, err := brokering.Encode(next)
		if err != nil {
			return err
		}
		if doc, err = r.traits.rewrite(doc); err != nil || doc == nil && !changed {
			return err
		}
		if doc != nil {
			if next, err = brokering.Decode(doc, in.Rev); err != nil {
				return err
			}
		}
		if len(files) > 0 { // noted first, so that a crash leaves no bytes behind
			r.files = append(r.files, files...)
			if err := s.save(ctx, r); err != nil {
				return err
			}
		}
		next.NoteErasure(s.now())
		r.Report.Introductions++
		return s.Cases.Replace(ctx, next)
	})
}

// eraseFiles removes the bytes of what he attached, unless somebody else attached
// the same.
func (s *Service) eraseFiles(ctx context.Context, r *Request) error {
	used := map[string]bool{}
	err := s.eachCase(ctx, func(in *brokering.Introduction) error {
		for _, a := range in.Attachments {
			used[a.SHA256] = used[a.SHA256] || a.Name != removed
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.Report.Files = 0
	for _, sum := range r.files {
		if used[sum] {
			continue
		}
		if err := s.Cases.DeleteFile(ctx, sum); err != nil {
			return err
		}
		r.Report.Files++
	}
	return nil
}

func (s *Service) eraseSignatures(ctx context.Context, r *Request) error {
	if r.traits.Signed == "" {
		return nil
	}
	n, err := s.Catalog.Store.Resign(ctx, r.traits.Signed, Gone)
	r.Report.Signatures += n
	return err
}

// forget leaves codes alone in the request, and in others that he made before.
func (s *Service) forget(ctx context.Context, r *Request) error {
	all, err := s.Requests(ctx)
	if err != nil {
		return err
	}
	for i := range all {
		old := &all[i]
		if old.Code == r.Code || old.Subject != r.Subject || old.State == Running || old.Name+old.Words+old.Reason == "" {
			continue
		}
		old.Name, old.Words, old.Reason = "", "", ""
		if err := s.save(ctx, old); err != nil {
			return err
		}
	}
	r.Name, r.Words, r.traits, r.files = "", "", nil, nil
	return s.save(ctx, r)
}

// clean takes what is left out of the files of index and store, and ends the
// request.
func (s *Service) clean(ctx context.Context, r *Request) error {
	if s.Rebuild != nil {
		if err := s.Rebuild(ctx); err != nil && !errs.Is(err, errs.Locked) {
			return err
		} else if err != nil { // it is being rebuilt by somebody: again, behind it
			return errs.Wrap(err, errs.Unavailable, "personal.rebuilding", "检索索引正在重建，稍后接着清理。")
		}
	}
	if err := s.Catalog.Store.Scrub(ctx); err != nil {
		return err
	}
	r.State, r.Phase, r.Report.DoneAt = Done, "", s.now()
	return s.save(ctx, r)
}
