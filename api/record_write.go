package api

import (
	"context"
	"encoding/json"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

func (r resource[T, P]) create(ctx context.Context, in *Request) (*recordOut[T], error) {
	body, err := in.readObject(httpx.MaxBody)
	if err != nil {
		return nil, err
	}
	if err := checkRecord(r.kind, body); err != nil {
		return nil, err
	}
	rec, err := r.decode(body)
	if err != nil {
		return nil, err
	}
	rec.Base().Source = &catalog.Source{Kind: "api"}
	if err := r.api.sightOf(ctx).gate.Prepare(ctx, rec); err != nil {
		return nil, err
	}
	if err := r.api.serviceFor(ctx).Create(ctx, signature(ctx), rec); err != nil {
		return nil, err
	}
	out := r.answer(rec)
	out.Location = Prefix + r.path + "/" + rec.Base().Code
	return out, nil
}

type changeIn struct {
	Request
	Code    string `path:"code" doc:"Code of the record"`
	IfMatch string `header:"If-Match" doc:"The revision that was read, such as \"3\"; or rev in the body"`
}

// signature is how the caller signs a change.
func signature(ctx context.Context) string { return httpx.AccessOf(ctx).Actor.Signature() }

// replace puts a whole record in the place of another.
func (r resource[T, P]) replace(ctx context.Context, in *changeIn) (*recordOut[T], error) {
	return r.change(ctx, in, func(old, body object) object {
		out := object{}
		copyAbsent(out, body)
		for _, key := range []string{"owner_org", "union"} { // forms do not show them
			if v, ok := old[key]; ok {
				copyAbsent(out, object{key: v})
			}
		}
		return out
	})
}

// patch changes the fields that the body names (RFC 7396); null clears.
func (r resource[T, P]) patch(ctx context.Context, in *changeIn) (*recordOut[T], error) {
	return r.change(ctx, in, merge)
}

// change reads a body, merges it with the record and saves.
func (r resource[T, P]) change(ctx context.Context, in *changeIn, combine func(old, body object) object) (*recordOut[T], error) {
	body, err := in.readObject(httpx.MaxBody)
	if err != nil {
		return nil, err
	}
	rev, err := checkChange(r.kind, in, body)
	if err != nil {
		return nil, err
	}
	old, err := r.reachable(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	if ok, err := r.api.sightOf(ctx).may(ctx, account.Edit(string(r.kind)), old); err != nil || !ok {
		return nil, orElse(err, httpx.AccessOf(ctx).Refusal())
	}
	old, save, err := r.saver(ctx, old)
	if err != nil {
		return nil, err
	}
	full, err := fieldsOf(old)
	if err != nil {
		return nil, err
	}
	rec, err := r.decode(combine(full, body))
	if err != nil {
		return nil, err
	}
	rec.Base().Code, rec.Base().Rev = in.Code, rev
	if err := save(ctx, signature(ctx), rec); err != nil {
		return nil, r.withCurrent(ctx, in.Code, err)
	}
	return r.answer(rec), nil
}

// saver gives what a change of a record starts from, and how it is saved: who may
// not publish a record proposes what he changes of its public words, on top of what
// he proposed before.
func (r resource[T, P]) saver(ctx context.Context, old catalog.Record) (catalog.Record, func(context.Context, string, catalog.Record) error, error) {
	records := r.api.serviceFor(ctx)
	if publishes, err := r.api.sightOf(ctx).may(ctx, account.Publish(string(r.kind)), old); err != nil || publishes {
		return old, records.Update, err
	}
	proposed, err := catalog.Proposed(old)
	return proposed, func(ctx context.Context, by string, rec catalog.Record) error {
		if next, need := rec.(*catalog.Need); need {
			return records.Propose(ctx, by, next)
		}
		return records.Update(ctx, by, rec) // the gate holds what everybody reads
	}, err
}

func fieldsOf(rec catalog.Record) (object, error) {
	data, err := catalog.Encode(rec)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "internal", "服务出了意外，请稍后再试。")
	}
	return parseObject(data)
}

// checkRecord finds faults of shape in the body of a record.
func checkRecord(kind catalog.Kind, body object) error {
	var f errs.Faults
	recordShape(kind).check(body, "", &f)
	return bodyErr(f)
}

// checkChange does the same for a change, and finds the revision that the
// caller read, in the body or in If-Match.
func checkChange(kind catalog.Kind, in *changeIn, body object) (int64, error) {
	var f errs.Faults
	recordShape(kind).check(body, "", &f)
	if code, ok := body["code"].(string); ok && code != in.Code {
		f.Add("code", "record.code_fixed", "编号不能改；地址里的编号与内容里的不同，请核对。", code)
	}
	rev := parseRev(&f, "If-Match", in.IfMatch)
	if given, ok := body["rev"].(json.Number); ok && given != "0" {
		inBody := parseRev(&f, "rev", given.String())
		if rev != 0 && inBody != 0 && rev != inBody {
			f.Add("rev", "rev.two", "If-Match 与内容里的 rev 不同，请只给读到的那个版本号。", given.String())
		}
		rev = max(rev, inBody)
	}
	return rev, bodyErr(f)
}

func bodyErr(f errs.Faults) error {
	if len(f) == 0 {
		return nil
	}
	sortFaults(f)
	return f.Err()
}

// readOnly are the keys that a client may send back but not set.
var readOnly = map[string]bool{
	"rev": true, "source": true, "created_by": true, "created_at": true, "updated_by": true, "updated_at": true, "deleted_at": true, "steps": true, "pending": true, "decided": true, "unconfirmed": true,
}

// recordShape is what the body of a record may hold.
func recordShape(kind catalog.Kind) shape {
	return shape{fields: catalog.Schema(kind), texts: map[string]bool{"owner_org": true, "union": true}, ignored: readOnly}
}

// decode makes the record of a checked body.
func (r resource[T, P]) decode(body object) (catalog.Record, error) {
	kept := object{}
	for key, v := range body {
		if !readOnly[key] && v != nil {
			kept[key] = v
		}
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "internal", "服务出了意外，请稍后再试。")
	}
	return catalog.Decode(r.kind, data)
}

func copyAbsent(to, from object) {
	for key, v := range from {
		if _, ok := to[key]; !ok {
			to[key] = v
		}
	}
}

// merge applies a JSON merge patch (RFC 7396).
func merge(old, patch object) object {
	out := object{}
	copyAbsent(out, old)
	for key, v := range patch {
		inner, isObject := v.(object)
		switch before, _ := out[key].(object); {
		case v == nil:
			delete(out, key)
		case isObject:
			out[key] = merge(before, inner)
		default:
			out[key] = v
		}
	}
	return out
}

// withCurrent adds the current revision to a Stale error.
func (r resource[T, P]) withCurrent(ctx context.Context, code string, err error) error {
	if !errs.Is(err, errs.Stale) {
		return err
	}
	current, getErr := r.api.deps.Catalog.Store.Get(ctx, r.kind, code)
	if getErr != nil {
		return err
	}
	e := *errs.As(err)
	e.Err = staleAt{rev: current.Base().Rev, err: err}
	return &e
}

type markIn struct {
	Request
	Code    string `path:"code" doc:"Code of the record"`
	Rev     string `query:"rev" doc:"The revision that was read; any when left out"`
	IfMatch string `header:"If-Match" doc:"The same as rev"`
}

// rev gives the revision of query or header, 0 for any.
func (in *markIn) rev() (int64, error) {
	var f errs.Faults
	rev := max(parseRev(&f, "rev", in.Rev), parseRev(&f, "If-Match", in.IfMatch))
	return rev, paramErr(f)
}

func (r resource[T, P]) remove(ctx context.Context, in *markIn) (*struct{}, error) {
	_, err := r.mark(ctx, in, r.api.serviceFor(ctx).Delete)
	return nil, err
}

func (r resource[T, P]) restore(ctx context.Context, in *markIn) (*recordOut[T], error) {
	rec, err := r.mark(ctx, in, r.api.serviceFor(ctx).Restore)
	if err != nil {
		return nil, err
	}
	return r.answer(rec), nil
}

// marker is Delete or Restore of catalog.Service.
type marker func(ctx context.Context, by string, kind catalog.Kind, code string, rev int64) (catalog.Record, error)

func (r resource[T, P]) mark(ctx context.Context, in *markIn, do marker) (catalog.Record, error) {
	rev, err := in.rev()
	if err != nil {
		return nil, err
	}
	old, err := r.reachable(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	if ok, err := r.api.sightOf(ctx).may(ctx, account.Edit(string(r.kind)), old); err != nil || !ok {
		return nil, orElse(err, httpx.AccessOf(ctx).Refusal())
	}
	rec, err := do(ctx, signature(ctx), r.kind, in.Code, rev)
	if err != nil {
		return nil, r.withCurrent(ctx, in.Code, err)
	}
	return rec, nil
}
