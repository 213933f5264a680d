package review

import (
	"context"
	"fmt"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// honour is the prize as it stands in the catalogue.
func (c Call) honour(prize string) catalog.Honour {
	return catalog.Honour{Name: c.Title + prize, Level: c.Level, Year: c.Year, Issuer: c.Issuer}
}

// grant enters the prizes in the catalogue, each once however often it is called,
// and then notes in the call that they are there. Errors: errs.Unavailable; what
// is wrong with one record does not stop the others, and stands in Grants.
func (s *Service) grant(ctx context.Context, c *Call, by Person) (*Call, error) {
	if c.Stage != Announced {
		return nil, errs.New(errs.Conflict, "review.not_announced", "结果还没有公布，不能记入成果库。")
	}
	grants := []Grant{}
	for _, st := range c.Ranking {
		if st.Prize == "" {
			continue
		}
		err := s.honour(ctx, c, st)
		if errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
			return nil, err
		}
		g := Grant{Result: st.Result}
		if err != nil {
			g.Problem = errs.As(err).Message
		}
		grants = append(grants, g)
	}
	next := *c
	next.Grants, next.Granted, next.UpdatedAt = grants, true, s.now()
	next.History = append(slices.Clone(c.History), Event{At: s.now(), By: by, Step: Give, Note: fmt.Sprintf("%d 项", len(grants))})
	if err := s.put(ctx, &next); err != nil {
		return nil, err
	}
	return &next, nil
}

// honour enters one prize; when it is there already nothing is written.
func (s *Service) honour(ctx context.Context, c *Call, st Standing) error {
	for n := 1; ; n++ {
		rec, err := s.Records.Get(ctx, catalog.KindResult, st.Result)
		if err != nil {
			return err
		}
		r, ok := rec.(*catalog.Result)
		prize := c.honour(st.Prize)
		if !ok || r.Deleted() {
			return catalog.NotFoundError(catalog.KindResult, st.Result)
		}
		if slices.Contains(r.Awards, prize) {
			return nil
		}
		r.Awards = append(slices.Clone(r.Awards), prize)
		if err = s.Changes.Update(ctx, "成果评审 "+c.Code, r); !errs.Is(err, errs.Stale) || n == tries {
			return err
		}
	}
}

// Settle enters the prizes of calls that were announced when the process was
// killed, or the store was out of reach.
func (s *Service) Settle(ctx context.Context) error {
	var open []string
	err := s.calls().Each(ctx, func(c *Call, _ int64) (bool, error) {
		if c.Stage == Announced && !c.Granted {
			open = append(open, c.Code)
		}
		return true, nil
	})
	for _, code := range open {
		if err != nil {
			return err
		}
		var c *Call
		if c, err = s.get(ctx, code); err == nil {
			_, err = s.grant(ctx, c, Person{Name: "成果评审"})
		}
		if errs.Is(err, errs.Stale) {
			err = nil // another process was faster
		}
	}
	return err
}

// Certificate is what a certificate says.
type Certificate struct {
	No     string   `json:"no" doc:"Such as PS-2026-0001-01"`
	Prize  string   `json:"prize"`
	Result string   `json:"result"`
	Title  string   `json:"title"`
	Orgs   []string `json:"orgs"`
	People []Author `json:"people"`
	Year   int      `json:"year"`
	Level  string   `json:"level" doc:"Vocabulary honour_level"`
	Issuer string   `json:"issuer"`
	Award  string   `json:"award" doc:"Name of the prize in full"`
	Date   string   `json:"date" doc:"Of the announcement"`
}

// certificates lists what certificates say, the highest prize first.
func (c Call) certificates(entries []Entry) []Certificate {
	date := ""
	for _, e := range c.History {
		if e.Step == Declare {
			date = dayOf(e.At)
		}
	}
	out := []Certificate{}
	for _, st := range c.Ranking {
		i := slices.IndexFunc(entries, func(e Entry) bool { return e.Subject.Result == st.Result })
		if st.Prize == "" || i < 0 {
			continue
		}
		sub := entries[i].Subject
		out = append(out, Certificate{
			No: fmt.Sprintf("%s-%02d", c.Code, len(out)+1), Prize: st.Prize, Result: st.Result, Title: sub.Title, Orgs: sub.OrgNames, People: sub.People,
			Year: c.Year, Level: c.Level, Issuer: c.Issuer, Award: c.honour(st.Prize).Name, Date: date,
		})
	}
	return out
}
