package alert

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// KindTold is the kind of item that remembers what was handled and told. ID: a
// hash of the reader and the pair, or of a record and its text; Owner: the reader.
const KindTold account.ItemKind = "alert_told"

// KindWeek is the kind of item by which the alerts of a week are counted. ID: a
// hash of the reader and the alert; Owner: the reader. It goes after a week, so
// that counting costs the same for whoever was told much in a year.
const KindWeek account.ItemKind = "alert_week"

// toldFor is how long a pair is not told again.
const toldFor = 365 * 24 * time.Hour

// outcome is what became of a changed record.
type outcome int

const (
	nothing    outcome = iota // not public, or its text is known already
	done                      // everybody was told
	notIndexed                // the index does not have it yet
)

// record handles one record that changed: when it is public and its text is new.
func (s *Service) record(ctx context.Context, c catalog.Change) (outcome, error) {
	rec, err := s.Feed.Get(ctx, c.Kind, c.Code)
	if errs.Is(err, errs.NotFound) {
		return nothing, nil
	}
	if err != nil {
		return nothing, err
	}
	doc, public := search.FromRecord(rec)
	need, isNeed := rec.(*catalog.Need)
	if !public || isNeed && !open(need) {
		return nothing, nil
	}
	known, err := s.told(ctx, "", textID(doc))
	if err != nil || known {
		return nothing, err
	}
	found, err := s.Index.Documents(ctx, []string{doc.ID})
	if err != nil {
		return nothing, err
	}
	if have, ok := found[doc.ID]; !ok || have.Rev < doc.Rev {
		return notIndexed, nil
	}
	if isNeed {
		err = s.newNeed(ctx, need)
	} else {
		err = s.newCandidate(ctx, doc)
	}
	if err != nil {
		return nothing, err
	}
	return done, s.note(ctx, "", textID(doc))
}

// textID names a record with its text: another state, or another contact, is no
// news.
func textID(doc search.Document) string {
	return strings.Join([]string{doc.ID, doc.Title, doc.Text}, "\n")
}

func toldID(reader, what string) string {
	sum := sha256.Sum256([]byte(reader + "\x00" + what))
	return hex.EncodeToString(sum[:16])
}

// told tells whether a reader was told of something.
func (s *Service) told(ctx context.Context, reader, what string) (bool, error) {
	_, err := s.Store.Get(ctx, KindTold, toldID(reader, what))
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// mark is what is remembered: when.
type mark struct {
	At time.Time `json:"at"`
}

// note remembers that a reader was told of something.
func (s *Service) note(ctx context.Context, reader, what string) error {
	return s.remember(ctx, account.Item{Kind: KindTold, ID: toldID(reader, what), Owner: reader}, toldFor)
}

// noteWeek remembers that a reader got an alert this week.
func (s *Service) noteWeek(ctx context.Context, reader, alert string) error {
	return s.remember(ctx, account.Item{Kind: KindWeek, ID: toldID(reader, alert), Owner: reader}, weekLong)
}

func (s *Service) remember(ctx context.Context, it account.Item, how time.Duration) error {
	now := s.Now().UTC().Truncate(time.Millisecond)
	body, err := json.Marshal(mark{At: now})
	if err != nil {
		return errs.Wrap(err, errs.Internal, "alert.unwritable", "匹配提醒无法保存，请联系管理员查看日志。")
	}
	it.Expires, it.Body = now.Add(how), body
	if err = s.Store.Insert(ctx, it); errs.Is(err, errs.Conflict) {
		return nil
	}
	return err
}

// lately counts the alerts that a reader got in the last seven days, but for one.
func (s *Service) lately(ctx context.Context, reader, but string) (int, error) {
	items, err := s.Store.Owned(ctx, KindWeek, reader)
	n := 0
	for _, it := range items {
		if s.Now().Before(it.Expires) && it.ID != toldID(reader, but) {
			n++
		}
	}
	return n, err
}
