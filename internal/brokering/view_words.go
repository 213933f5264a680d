package brokering

import "slices"

// seesMessage: own words, and what is addressed to the own side while the own
// target was or is the one concerned.
func (v viewer) seesMessage(m Message) bool {
	switch v.seat.Part {
	case Enterprise:
		switch {
		case !v.seat.owns(m.Need):
			return false
		case m.From == Enterprise:
			return true
		case m.From == Provider:
			return m.To == ToParties && v.knows(m.Target) && v.providerOpen(m.Target)
		}
		return m.To == ToEnterprise || m.To == ToParties && v.knows(m.Target)
	case Provider:
		open := m.From != Enterprise || v.in.Opened(m.Need, v.seat.Target).Contact
		return m.Target == v.seat.Target && (m.From == Provider || m.To == ToProvider || m.To == ToParties) && open
	}
	return true
}

// opensFile tells whether a seat may know of an attachment and open it.
func (in *Introduction) opensFile(a Attachment, seat Seat) bool {
	switch seat.Part {
	case Enterprise:
		if a.Part == Enterprise {
			return seat.owns(a.Need)
		}
		return seat.owns(a.Need) && (a.Visibility == ToEnterprise || a.Visibility == ToParties && in.opensToFirm(a, seat))
	case Provider:
		if a.Target != seat.Target {
			return false
		}
		if a.Part == Provider || a.Visibility == ToProvider {
			return true
		}
		return a.Visibility == ToParties && in.detailOpen(a.Need, seat.Target)
	}
	return seat.Part.seesWhole()
}

// opensToFirm tells whether a file for both sides, of staff or of the provider, is
// open to the enterprise: of a provider it may name him, as its name may, and so
// it waits for his contact.
func (in *Introduction) opensToFirm(a Attachment, seat Seat) bool {
	if a.Part == Provider {
		return slices.ContainsFunc(seat.Needs, func(need string) bool { return in.Opened(need, a.Target).Provider })
	}
	return slices.ContainsFunc(in.Targets, func(t Target) bool { return t.Code == a.Target && t.RecommendedAt != nil })
}

// detailOpen: a file without a need belongs to all needs.
func (in *Introduction) detailOpen(need, target string) bool {
	for _, n := range in.Needs {
		if (need == "" || n.Code == need) && !in.Opened(n.Code, target).Detail {
			return false
		}
	}
	return true
}

// visits gives the visits with the words of the own side, and those of others
// when names and contacts are open.
func (v viewer) visits() []Visit {
	var out []Visit
	for _, visit := range v.in.Visits {
		show, words := v.shows(visit.Need, visit.Target, visit.Part)
		if !show {
			continue
		}
		if !words {
			visit.Place, visit.Attendees, visit.Findings = "", nil, ""
		}
		visit.Files = v.ownFiles(visit.Files)
		out = append(out, visit)
	}
	return out
}

func (v viewer) helps() []Help {
	var out []Help
	for _, h := range v.in.Helps {
		show, words := v.shows(h.Need, h.Target, h.Part)
		if !show {
			continue
		}
		if !words {
			h.Persons, h.Problem, h.Note = []string{}, "", ""
		}
		h.Files = v.ownFiles(h.Files)
		out = append(out, h)
	}
	return out
}

// shows tells whether something between a need and a target is shown, and
// whether with its words.
func (v viewer) shows(need, target string, by Part) (show, words bool) {
	o := v.in.Opened(need, target)
	if v.seat.Part == Provider {
		return target == v.seat.Target, by == Provider || o.Name && o.Contact
	}
	return v.seat.owns(need) && need != "" && v.knows(target), by == Enterprise || o.Provider
}

// papers gives intent, contract and acceptance to those who signed.
func (v viewer) papers(out *Introduction) {
	in := v.in
	mine := func(need string) bool {
		if v.seat.Part == Enterprise {
			return need != "" && v.seat.owns(need)
		}
		return in.Opened(need, v.seat.Target).Name
	}
	if in.Intent != nil && mine(in.Intent.Need) {
		i := *in.Intent
		i.Files = v.ownFiles(i.Files)
		out.Intent = &i
	}
	if in.Contract != nil && mine(in.Contract.Need) {
		c := *in.Contract
		c.Files = v.ownFiles(c.Files)
		out.Contract = &c
	}
	if in.Acceptance != nil && (v.seat.Part == Enterprise && len(v.seat.Needs) == len(in.Needs) || out.Contract != nil) {
		a := *in.Acceptance
		a.Files = v.ownFiles(a.Files)
		out.Acceptance = &a
	}
}

// ownFiles leaves out ids of attachments that the seat may not open.
func (v viewer) ownFiles(ids []string) []string {
	return keep(ids, func(id string) bool {
		return slices.ContainsFunc(v.in.Attachments, func(a Attachment) bool { return a.ID == id && v.in.opensFile(a, v.seat) })
	})
}

// quiet are steps of which the other side is not shown that they happened.
func quiet(kind StepKind) bool {
	switch kind {
	case Create, Review, Write, Attach, Erasing, Plan, Handover, AddTargets, JudgeBenefit, ClaimBenefit, PayReward, Rate, ConfirmHelp, CloseFail, Reopen:
		return true
	}
	return false
}

// history gives what happened, with names and words of the own side alone.
func (v viewer) history() []Entry {
	var out []Entry
	for _, e := range v.in.History {
		own := e.Part == v.seat.Part && (e.Part == Enterprise && v.seat.owns(e.Need) || e.Part == Provider && e.Target == v.seat.Target)
		if !own && (quiet(e.Step) || !v.about(e)) {
			continue
		}
		if !own {
			e.By, e.Note, e.Reason, e.Ref, e.Need = "", "", "", "", ""
			if !e.Part.staff() {
				e.Name = ""
			}
		}
		e.Target = v.target(e.Target)
		out = append(out, e)
	}
	return out
}

// about tells whether the seat may know of the entry: a provider from its
// invitation on, an enterprise of stages always and of targets that it knows.
func (v viewer) about(e Entry) bool {
	if v.seat.Part == Provider {
		return e.Target == v.seat.Target
	}
	return v.knows(e.Target) || e.From != e.To && e.Step != Decline
}
