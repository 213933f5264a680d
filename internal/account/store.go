package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hongniang/internal/errs"
)

// ItemKind is a sort of Item.
type ItemKind string

// The kinds of item.
const (
	KindUser     ItemKind = "user"          // ID: code; Name: login; Alias: mobile; Owner: the person whom a provider is
	KindSession  ItemKind = "session"       // ID: hash of the cookie; Owner: user
	KindToken    ItemKind = "token"         // ID: short id; Name: hash of the token; Owner: user
	KindAttempt  ItemKind = "attempt"       // ID: hash of what is guessed at or from where
	KindClaim    ItemKind = "claim"         // ID: code; Owner: the user who claims
	KindNotice   ItemKind = "notice"        // of package notice. ID: owner and event; Owner: whom it is for
	KindNoticed  ItemKind = "noticed"       // of package notice. ID: user; when he last looked
	KindOffer    ItemKind = "offer"         // of package offer. ID: need and person; Owner: the need
	KindVerdict  ItemKind = "verdict"       // of package verdict. ID: need, candidate and user; Owner: the need
	KindCampaign ItemKind = "campaign"      // of package campaign. ID: code; Owner: the managing union
	KindPlan     ItemKind = "campaign_plan" // of package campaign. ID: code and run; Owner: the campaign
	KindGroup    ItemKind = "group"         // of package group. ID: code; Owner: the managing union
	KindReview   ItemKind = "review"        // of package review. ID: code; Owner: the union that calls
	KindEntry    ItemKind = "review_entry"  // of package review. ID: call and result; Owner: the call
	KindErasure  ItemKind = "erasure"       // of package personal. ID: code

	KindObjection ItemKind = "review_objection" // of package review. ID: code; Owner: the call
)

// Item is what a Store keeps: one document with the names by which it is found.
type Item struct {
	Kind    ItemKind
	ID      string    // unique within the kind
	Name    string    // unique among the names of the kind; empty: none
	Alias   string    // unique among the aliases of the kind; empty: none
	Owner   string    // code by which Owned finds it; empty: none
	Expires time.Time // when DeleteExpired may take it, to the millisecond; zero: never
	Rev     int64     // revision, from 1
	Body    []byte    // JSON
}

// Store keeps items, each written atomically and durably. It is safe for
// concurrent use, and by many processes where the engine allows; storetest
// holds the contract.
//
// Errors: errs.NotFound (account.not_found), errs.Conflict (account.exists: ID,
// Name or Alias is taken), errs.Stale (account.stale: another revision is
// current), errs.Unavailable (the engine is out of reach).
type Store interface {
	Get(ctx context.Context, kind ItemKind, id string) (Item, error)
	// ByName finds the item with that Name or Alias, and never by "".
	ByName(ctx context.Context, kind ItemKind, name string) (Item, error)
	// Insert saves a new item as revision 1, whatever its Rev.
	Insert(ctx context.Context, it Item) error
	// Replace writes over revision it.Rev, which becomes it.Rev+1.
	Replace(ctx context.Context, it Item) error
	// Delete removes an item for good; a missing one is no error.
	Delete(ctx context.Context, kind ItemKind, id string) error
	// Owned reads the items of an owner in byte order of their ids.
	Owned(ctx context.Context, kind ItemKind, owner string) ([]Item, error)
	// Latest reads the items of an owner that expire last, the last first; those
	// that never expire are not among them.
	Latest(ctx context.Context, q Latest) ([]Item, error)
	// Scan reads up to limit items of a kind in byte order of their ids, behind after.
	Scan(ctx context.Context, kind ItemKind, after string, limit int) ([]Item, error)
	// Kinds lists the kinds of which there are items, in byte order; packages have
	// kinds of their own.
	Kinds(ctx context.Context) ([]ItemKind, error)
	// DeleteExpired removes what expired before now, and says how many.
	DeleteExpired(ctx context.Context, now time.Time) (int, error)
}

// Latest asks for what was kept last for an owner.
type Latest struct {
	Kind  ItemKind
	Owner string
	After time.Time // only what expires after this; the zero time takes all
	Limit int       // 0 reads nothing
}

// NotFoundError is what a Store answers for a missing item.
func NotFoundError() error {
	return errs.New(errs.NotFound, "account.not_found", "没有这个账号或记录，请核对后再试。")
}

// ConflictError is what a Store answers when an ID, Name or Alias is taken.
func ConflictError() error {
	return errs.New(errs.Conflict, "account.exists", "账号名或手机号已被使用，请换一个。")
}

// StaleError is what a Store answers when another revision is current.
func StaleError() error {
	return errs.New(errs.Stale, "account.stale", "账号刚被别处改过，请刷新后再试。")
}

// decode reads an item's body into v.
func decode(it Item, v any) error {
	if err := json.Unmarshal(it.Body, v); err != nil {
		return errs.Wrap(err, errs.Internal, "account.unreadable", fmt.Sprintf("账号数据 %s/%s 读不出来，内容可能已损坏。请从备份恢复。", it.Kind, it.ID))
	}
	return nil
}

// encode gives an item its body.
func encode(it Item, v any) (Item, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return it, errs.Wrap(err, errs.Internal, "account.unwritable", "账号数据无法保存，请联系管理员查看日志。")
	}
	it.Body = body
	return it, nil
}

// copied are the kinds that move to another store; sessions and attempts end.
var copied = []ItemKind{KindUser, KindToken, KindClaim, KindNotice, KindVerdict, KindOffer, KindNoticed, KindCampaign, KindPlan, KindGroup, KindErasure, KindReview, KindEntry, KindObjection,
	"preference", "letter", "posted", "alert_told", "alert_week", // of packages notice, mail and alert
	"saved_search", "saved_search_found", "lexicon", "batch_layout"} // of packages watch, lexicon and batch

// Copy copies users, tokens, claims and notices to another store, which gives them
// revisions of its own, and says how many are there now. What is there already
// under its id stays, so that a copy that broke off can be repeated.
func Copy(ctx context.Context, from, to Store) (int, error) {
	n := 0
	for _, kind := range copied {
		for after := ""; ; {
			items, err := from.Scan(ctx, kind, after, 100)
			if err != nil {
				return n, err
			}
			if len(items) == 0 {
				break
			}
			for _, it := range items {
				after = it.ID
				if err := copyOne(ctx, to, it); err != nil {
					return n, err
				}
				n++
			}
		}
	}
	return n, nil
}

func copyOne(ctx context.Context, to Store, it Item) error {
	err := to.Insert(ctx, it)
	if !errs.Is(err, errs.Conflict) {
		return err
	}
	if _, missing := to.Get(ctx, it.Kind, it.ID); missing != nil {
		return err
	}
	return nil
}
