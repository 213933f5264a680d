package brokering

import "slices"

// Opened says what of a need and of a provider is open between the two.
type Opened struct {
	Name, Contact, Detail bool // the enterprise's, for the provider
	Provider              bool // the provider's contact, for the enterprise
}

// Opened gives what is open now between a need and a target.
func (in *Introduction) Opened(need, target string) Opened {
	n, _ := in.Need(need)
	public := n.Confidentiality == "public"
	return Opened{
		Name:     public || in.released(NeedName, need, target),
		Contact:  in.released(NeedContact, need, target),
		Detail:   public || in.released(NeedDetail, need, target),
		Provider: in.released(ProviderContact, need, target),
	}
}

func (in *Introduction) released(what ReleaseKind, need, target string) bool {
	return target != "" && slices.ContainsFunc(in.Releases, func(r Release) bool {
		return r.What == what && r.Need == need && r.Target == target && r.EndedAt == nil
	})
}

// View gives what a seat is shown of an introduction; false when it learns
// nothing of it. Staff and leaders see the whole but for the nonces of
// invitations. The other two see their own words, what was released to them,
// and what happened, without the names and words of others.
func View(in *Introduction, seat Seat) (*Introduction, bool) {
	switch {
	case seat.Part.seesWhole():
		out := *in
		out.Invitations = withoutNonces(in.Invitations)
		return &out, true
	case seat.Part == Enterprise && len(seat.Needs) > 0:
		v := viewer{in: in, seat: seat}
		return v.enterprise().filled(), true
	case seat.Part == Provider:
		v := viewer{in: in, seat: seat}
		if out, ok := v.provider(); ok {
			return out.filled(), true
		}
	}
	return nil, false
}

// filled has no list that becomes null in JSON.
func (in *Introduction) filled() *Introduction {
	in.Needs, in.Targets, in.History = append([]NeedRef{}, in.Needs...), append([]Target{}, in.Targets...), append([]Entry{}, in.History...)
	return in
}

func withoutNonces(list []Invitation) []Invitation {
	out := slices.Clone(list)
	for i := range out {
		out[i].Nonce = ""
	}
	return out
}

type viewer struct {
	in   *Introduction
	seat Seat
}

// frame is what both sides may know of every case of theirs.
func (v viewer) frame() *Introduction {
	in := v.in
	out := &Introduction{
		Code: in.Code, Rev: in.Rev, Stage: in.Stage, Mode: in.Mode, Broker: Broker{User: in.Broker.User, Name: in.Broker.Name},
		Outcome: in.Outcome, Reason: in.Reason, CreatedAt: in.CreatedAt, UpdatedAt: in.UpdatedAt, ClosedAt: in.ClosedAt,
	}
	if n := in.Next; n != nil {
		next := NextAction{Who: n.Who, Due: n.Due}
		if n.Who == v.seat.Part {
			next.What = n.What // what others are to do is theirs to know
		}
		out.Next = &next
	}
	out.Messages = keep(in.Messages, v.seesMessage)
	for i := range out.Messages {
		m := &out.Messages[i]
		m.By, m.Target = v.account(m.From, m.By), v.target(m.Target)
	}
	out.Attachments = keep(in.Attachments, func(a Attachment) bool { return in.opensFile(a, v.seat) })
	for i := range out.Attachments {
		a := &out.Attachments[i]
		a.By, a.Target = v.account(a.Part, a.By), v.target(a.Target)
	}
	out.Ratings = keep(in.Ratings, func(r Rating) bool {
		return r.Part == v.seat.Part && (r.Part == Enterprise && v.seat.owns(r.Need) || r.Part == Provider && r.Target == v.seat.Target)
	})
	for i := range out.Ratings {
		out.Ratings[i].Target = v.target(out.Ratings[i].Target)
	}
	return out
}

// account hides the accounts of the other side.
func (v viewer) account(of Part, user string) string {
	if of == Enterprise && v.seat.Part == Provider || of == Provider && v.seat.Part == Enterprise {
		return ""
	}
	return user
}

// target hides from an enterprise a target that it does not know.
func (v viewer) target(code string) string {
	if v.seat.Part == Enterprise && !v.knows(code) {
		return ""
	}
	return code
}

func keep[T any](list []T, ok func(T) bool) []T {
	var out []T
	for _, x := range list {
		if ok(x) {
			out = append(out, x)
		}
	}
	return out
}

// enterprise: the own needs, targets from the day of their recommendation.
func (v viewer) enterprise() *Introduction {
	in, out := v.in, v.frame()
	out.Needs = keep(in.Needs, func(n NeedRef) bool { return v.seat.owns(n.Code) })
	if len(out.Needs) == len(in.Needs) {
		out.Group = in.Group
	}
	out.Targets = keep(in.Targets, func(t Target) bool { return t.RecommendedAt != nil })
	for i := range out.Targets {
		out.Targets[i].Band = ""
	}
	for _, a := range in.Answers {
		if v.knows(a.Target) {
			out.Answers = append(out.Answers, v.maskedAnswers(a))
		}
	}
	out.Releases = keep(in.Releases, func(r Release) bool { return v.seat.owns(r.Need) && (r.What != ProviderContact || v.knows(r.Target)) })
	for i := range out.Releases {
		out.Releases[i].Target = v.target(out.Releases[i].Target)
		if out.Releases[i].What == ProviderContact {
			out.Releases[i].Consent, out.Releases[i].By, out.Releases[i].Name, out.Releases[i].NDA = "", "", "", ""
		}
	}
	out.Visits, out.Helps = v.visits(), v.helps()
	v.papers(out)
	out.Benefits = keep(in.Benefits, func(b Benefit) bool { return v.seat.owns(b.Need) })
	out.History = v.history()
	return out
}

// knows tells whether the enterprise has been told of the target.
func (v viewer) knows(target string) bool {
	return slices.ContainsFunc(v.in.Targets, func(t Target) bool { return t.Code == target && t.RecommendedAt != nil })
}

// maskedAnswers hides telephones and addresses in a provider's words until the
// provider's contact is open.
func (v viewer) maskedAnswers(a Answers) Answers {
	if v.providerOpen(a.Target) {
		return a
	}
	a.HowWeHelp, a.WhatUnclear, a.AboutUs = MaskText(a.HowWeHelp), MaskText(a.WhatUnclear), MaskText(a.AboutUs)
	return a
}

func (v viewer) providerOpen(target string) bool {
	return slices.ContainsFunc(v.seat.Needs, func(need string) bool { return v.in.Opened(need, target).Provider })
}

// provider: the own invitation, and of the need what was released. Whose
// invitation ended keeps the own words alone.
func (v viewer) provider() (*Introduction, bool) {
	in := v.in
	at := slices.IndexFunc(in.Targets, func(t Target) bool { return t.Code == v.seat.Target && t.InvitedAt != nil })
	if at < 0 {
		return nil, false
	}
	if in.Targets[at].State != Current {
		return v.former(in.Targets[at]), true
	}
	out := v.frame()
	out.Targets = []Target{in.Targets[at]}
	out.Targets[0].Band = ""
	for _, n := range in.Needs {
		out.Needs = append(out.Needs, v.needFor(n))
	}
	out.Invitations = withoutNonces(keep(in.Invitations, func(i Invitation) bool { return i.Target == v.seat.Target }))
	out.Answers = keep(in.Answers, func(a Answers) bool { return a.Target == v.seat.Target })
	out.Releases = keep(in.Releases, func(r Release) bool { return r.Target == v.seat.Target })
	for i := range out.Releases {
		if out.Releases[i].What != ProviderContact {
			out.Releases[i].Consent, out.Releases[i].By, out.Releases[i].Name = "", "", ""
		}
	}
	out.Visits, out.Helps = v.visits(), v.helps()
	v.papers(out)
	out.History = v.history()
	return out, true
}

// needFor gives a need as far as it is open to the provider.
func (v viewer) needFor(n NeedRef) NeedRef {
	o := v.in.Opened(n.Code, v.seat.Target)
	out := NeedRef{Code: n.Code, Confidentiality: n.Confidentiality}
	if !n.anonymous() || o.Detail {
		out.Title = n.Title
	}
	if o.Name {
		out.Org, out.OrgName, out.RegionCode = n.Org, n.OrgName, n.RegionCode
	}
	return out
}

// former is what is left for a provider whose invitation ended.
func (v viewer) former(t Target) *Introduction {
	stage := Declined
	t.Band = ""
	if t.EndedBy != Provider {
		t.Reason = ""
	}
	own := func(target string) bool { return target == t.Code }
	return &Introduction{
		Code: v.in.Code, Rev: v.in.Rev, Stage: stage, Broker: Broker{User: v.in.Broker.User, Name: v.in.Broker.Name}, Targets: []Target{t},
		Answers: keep(v.in.Answers, func(a Answers) bool { return own(a.Target) }), CreatedAt: *t.InvitedAt, UpdatedAt: *t.EndedAt, ClosedAt: t.EndedAt,
		Messages: keep(v.in.Messages, func(m Message) bool { return m.From == Provider && own(m.Target) }),
	}
}
