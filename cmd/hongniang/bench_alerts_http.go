package main

import (
	"context"
	"fmt"
	"time"

	"hongniang/internal/bench"
	"hongniang/internal/bench/service"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

const (
	// alertLost is after how long an alert that is measured is missing.
	alertLost = 2 * time.Minute
	// mostAlerts is how many results are measured at most: the alerts of the needs
	// and of the results together stay below what a broker gets in a week.
	mostAlerts = 400
)

// overHTTP measures, through a real service, the time from the beginning of a save
// until the alert can be read.
func (b benchAlerts) overHTTP(ctx context.Context) (*bench.Report, error) {
	if b.count < 1 || b.count > mostAlerts {
		return nil, errs.New(errs.Invalid, "bench.count", fmt.Sprintf("--count 应在 1 到 %d 之间。", mostAlerts))
	}
	b.target.env = []string{"HONGNIANG_ALERTS_PER_WEEK=100"}
	s, err := b.target.open(ctx, 1, collection.Query{Title: "轴承异响", Text: "电主轴高速时有异响，径向跳动超差，想找能现场修复的办法。"})
	if err != nil {
		return nil, err
	}
	defer s.stop()
	r, err := s.report(ctx, "alerts")
	if err != nil {
		return nil, err
	}
	out, err := service.Alerting{Service: s.Service, Count: b.count, Now: time.Now, Lost: alertLost}.Run(ctx)
	if err != nil {
		return nil, err
	}
	r.Add("保存一条成果", out.Saved, nil, "")
	r.Add("从开始保存到能读到提醒", out.Told, nil, "")
	r.Fact("alerts_missing", "两分钟后仍没有的提醒", float64(out.Told.Failed), "条")
	r.Fact("alert_processor_ms", "每条成果服务用的处理器时间（含保存、建索引和查通知）", bench.Milliseconds(out.Processor), "毫秒")
	memory, err := s.Memory(ctx)
	r.Memory = &memory
	return r, err
}
