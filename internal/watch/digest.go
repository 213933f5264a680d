package watch

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/notice"
)

// digestHour is when a day's digest goes out, in China.
const digestHour = 8

// maxTitles is how many titles a digest names of all its searches.
const maxTitles = 8

func china(t time.Time) time.Time { return t.In(catalog.China()) }

func today(t time.Time) string { return catalog.Day(t) }

// Digest tells everybody what his searches found since the last one, once a day
// from eight o'clock on. What a killed process left unsaid is said by the next, and
// nothing twice: each hit is first given a batch, then said under the batch's id,
// then marked.
func (s *Service) Digest(ctx context.Context) error {
	p, err := s.place(ctx)
	day := today(s.Now())
	if err != nil || p.Day == day || china(s.Now()).Hour() < digestHour {
		return err
	}
	users := map[string][]Search{}
	if err := s.each(ctx, func(one Search) error {
		users[one.User] = append(users[one.User], one)
		return nil
	}); err != nil {
		return err
	}
	for user, searches := range users {
		batch, err := s.newBatch(day)
		if err == nil {
			err = s.tellUser(ctx, user, searches, batch)
		}
		if err != nil {
			return err
		}
	}
	p.Day = day
	return s.keep(ctx, &p)
}

// newBatch names a digest. Two that a killed process and its successor begin on one
// day are two: what the second finds anew is not lost under the first's name.
func (s *Service) newBatch(day string) (string, error) {
	raw := make([]byte, 6)
	if _, err := io.ReadFull(s.Random, raw); err != nil {
		return "", errs.Wrap(err, errs.Internal, "watch.no_random", "系统没有给出随机数，检索提醒稍后再发。")
	}
	return day + "/" + hex.EncodeToString(raw), nil
}

// part is what a digest says of one search.
type part struct {
	search Search
	titles []string
	count  int
}

func (s *Service) tellUser(ctx context.Context, user string, searches []Search, batch string) error {
	batches := map[string][]hit{}
	for _, one := range searches {
		hits, err := s.unsaid(ctx, one, batch)
		if err != nil {
			return err
		}
		for _, h := range hits {
			batches[h.Batch] = append(batches[h.Batch], h)
		}
	}
	for name, hits := range batches {
		parts, err := s.parts(ctx, searches, hits)
		if err != nil {
			return err
		}
		if len(parts) > 0 {
			if err := s.Tell.Say(ctx, []string{notice.ToUser(user)}, digest(user, name, parts)); err != nil {
				return err
			}
		}
		if err := s.mark(ctx, hits, parts); err != nil {
			return err
		}
	}
	return nil
}

// unsaid gives the hits of a search that no digest said, each with the batch in
// which it is said.
func (s *Service) unsaid(ctx context.Context, one Search, batch string) ([]hit, error) {
	items, err := s.Items.Owned(ctx, KindFound, one.Code)
	if err != nil {
		return nil, err
	}
	var out []hit
	for _, it := range items {
		h := hit{owner: one.Code, item: it}
		if err := json.Unmarshal(it.Body, &h); err != nil {
			return nil, errs.Wrap(err, errs.Internal, "watch.unreadable", "检索的一条新结果读不出来，内容可能已损坏。请从备份恢复。")
		}
		if h.Told {
			continue
		}
		if h.Batch == "" {
			h.Batch = batch
			if err := s.replace(ctx, &h); err != nil {
				return nil, err
			}
		}
		out = append(out, h)
	}
	return out, nil
}

// replace writes a hit over itself; that another process was faster is no error.
func (s *Service) replace(ctx context.Context, h *hit) error {
	err := s.write(ctx, h.item, *h, s.Items.Replace)
	h.item.Rev++
	if errs.Is(err, errs.Stale) || errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// parts puts hits together by search, without what is not public any more and what
// was switched off.
func (s *Service) parts(ctx context.Context, searches []Search, hits []hit) ([]part, error) {
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) })
	var ids []string
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	docs, err := s.Engine.Documents(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []part
	for _, one := range searches {
		p := part{search: one}
		for _, h := range hits {
			if doc, public := docs[h.ID]; public && h.owner == one.Code {
				p.count++
				p.titles = append(p.titles, doc.Title)
			}
		}
		if p.count > 0 && !one.Off {
			out = append(out, p)
		}
	}
	return out, nil
}

// digest makes one notice of what a user's searches found.
func digest(user, batch string, parts []part) notice.Notice {
	n := notice.Notice{ID: "searches/" + user + "/" + batch, Topic: notice.Searches}
	var said []string
	for _, p := range parts {
		said = append(said, fmt.Sprintf("“%s”%d 条", p.search.Name, p.count))
		for _, title := range p.titles {
			if len(n.Why) < maxTitles {
				n.Why = append(n.Why, title)
			}
		}
	}
	n.Text = "您保存的检索有新结果：" + strings.Join(said, "，") + "。"
	return n
}

// mark notes that hits were said, and at their searches how many.
func (s *Service) mark(ctx context.Context, hits []hit, parts []part) error {
	for i := range hits {
		hits[i].Told = true
		if err := s.replace(ctx, &hits[i]); err != nil {
			return err
		}
	}
	for _, p := range parts {
		p.search.Told, p.search.Found = s.now(), p.count
		if err := s.put(ctx, &p.search); err != nil && !errs.Is(err, errs.Stale) && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	return nil
}
