package view

import (
	"strings"
	"testing"
	"time"

	"hongniang/internal/backup"
	"hongniang/internal/errs"
)

// An administrator reads whether backups are made, when the last was, and why one
// failed.
func TestBuildBackups(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	own := backup.Backup{Name: "hongniang-20261120-080000.db", At: now.Add(-time.Hour), Bytes: 2048, Sum: "ab"}
	auto := backup.Backup{Name: "hongniang-20261117-190000-auto.db", At: time.Date(2026, 11, 17, 19, 0, 0, 0, time.UTC), Auto: true}
	for _, c := range []struct {
		facts  BackupFacts
		auto   string
		failed string
	}{
		{BackupFacts{Now: now}, "没有开自动备份", ""},
		{BackupFacts{Now: now, Keep: 7}, "还没有做过", ""},
		{BackupFacts{Now: now, Keep: 7, List: []backup.Backup{own}}, "还没有做过", ""},
		{BackupFacts{Now: now, Keep: 3, List: []backup.Backup{own, auto}}, "保留最近 3 份；自己做的不会自动删。上一次是 2026-11-18 03:00（2 天前）", ""},
		{BackupFacts{Now: now, Keep: 3, Failed: backup.Failure{At: now, Err: errs.New(errs.Unavailable, "store.full", "磁盘已满。")}}, "还没有做过", "2026-11-20 17:00）：磁盘已满。系统会接着再试"},
	} {
		v := BuildBackups(c.facts)
		if !strings.Contains(v.Auto, c.auto) || c.failed == "" && v.Failed != "" || !strings.Contains(v.Failed, c.failed) || len(v.Items) != len(c.facts.List) {
			t.Errorf("%+v: %+v", c.facts, v)
		}
		for i, it := range v.Items {
			if it.Auto != c.facts.List[i].Auto {
				t.Errorf("%+v", it)
			}
		}
	}
}
