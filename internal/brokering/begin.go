package brokering

import (
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Draft is what an introduction begins with.
type Draft struct {
	Code       string
	Needs      []NeedRef
	Group      string
	Targets    []Target // best first; the first becomes current
	Broker     Broker
	CoBroker   *Broker
	Union      string
	RegionCode string
	Mode       string
	Note       string
}

// Begin makes an introduction, at stage Proposed and Rev 0. Errors: Invalid
// with fields, among them the rule that nobody is introduced to his own firm.
func Begin(d Draft, who Actor, now time.Time) (*Introduction, []Event, error) {
	now = now.UTC().Truncate(time.Millisecond)
	if err := d.check(); err != nil {
		return nil, nil, err
	}
	in := &Introduction{
		Code: d.Code, Needs: append([]NeedRef{}, d.Needs...), Group: d.Group, Broker: d.Broker, CoBroker: d.CoBroker, Union: d.Union,
		RegionCode: d.RegionCode, Mode: d.Mode, Stage: Proposed, CreatedAt: now, UpdatedAt: now,
	}
	for _, t := range d.Targets {
		in.Targets = append(in.Targets, fresh(t))
	}
	in.Targets[0].State = Current
	in.Next = usual(in, now)
	in.History = []Entry{{
		Seq: 1, At: now, By: who.User, Name: who.Name, Part: who.Seat.Part, Step: Create, To: Proposed, Target: in.Targets[0].Code, Note: cut(d.Note, 1000),
	}}
	if err := in.Sound(); err != nil {
		return nil, nil, err
	}
	return in, EventsOf(in, in.History[0]), nil
}

func (d Draft) check() error {
	var f errs.Faults
	if len(d.Needs) == 0 || len(d.Needs) > maxNeeds {
		f.Add("needs", "list.required", "请选 1 到 50 项需求。", "")
	}
	seen := map[string]bool{}
	for _, n := range d.Needs {
		if n.Code == "" || seen[n.Code] {
			f.Add("needs", "introduction.need_unknown", "需求编号空缺或重复，请核对。", n.Code)
		}
		seen[n.Code] = true
	}
	if len(d.Targets) == 0 {
		f.Add("targets", "list.required", "请选至少一个推荐对象。", "")
	}
	checkTargetList(d.Needs, nil, d.Targets, &f)
	if d.Broker.User == "" {
		f.Add("broker", "introduction.broker_unknown", "请写明由哪位红娘经办（账号编号）。", "")
	}
	if d.Mode != "" && !catalog.Vocab("service_mode").Has(d.Mode) {
		f.Add("mode", "choice.unknown", "没有这种服务方式，可填：onsite（现场）、online（线上）、training（培训）。", d.Mode)
	}
	return f.Err()
}
