package view

import (
	"fmt"
	"time"

	"hongniang/internal/backup"
	"hongniang/internal/errs"
)

// Backups is the page of backups.
type Backups struct {
	Tabs      []Link
	Elsewhere string // what to run where they are not made here
	Items     []BackupRow
	Last      string
	Auto      string // how it is with those that are made by themselves
	Failed    string // why the last of these did not come about
	Done      string
	Problem   string
}

// BackupRow is one of them.
type BackupRow struct {
	Name, At, Size, Sum, URL string
	Auto                     bool
}

// BackupFacts are what the page is made of.
type BackupFacts struct {
	List   []backup.Backup
	Keep   int // automatic ones that are kept; 0: none are made
	Failed backup.Failure
	Now    time.Time
}

// BuildBackups makes the page.
func BuildBackups(f BackupFacts) Backups {
	v := Backups{Last: "还没有备份。", Auto: autoBackups(f)}
	for i, b := range f.List {
		if i == 0 {
			v.Last = "最近一份是" + OrText(ageOf(b.At, f.Now), "今天") + "做的。"
		}
		v.Items = append(v.Items, BackupRow{Name: b.Name, At: minute(b.At), Size: Bytes(b.Bytes), Sum: OrText(b.Sum, "没有校验和"), URL: BackupsURL + "/" + b.Name, Auto: b.Auto})
	}
	if f.Failed.Err != nil {
		v.Failed = fmt.Sprintf("自动备份没有成功（%s）：%s系统会接着再试。", minute(f.Failed.At), errs.As(f.Failed.Err).Message)
	}
	return v
}

func autoBackups(f BackupFacts) string {
	if f.Keep == 0 {
		return "没有开自动备份；要开，请在设置里写 backups.keep（保留几份）。"
	}
	last := "还没有做过。"
	for _, b := range f.List {
		if b.Auto {
			last = fmt.Sprintf("上一次是 %s（%s）。", minute(b.At), OrText(ageOf(b.At, f.Now), "今天"))
			break
		}
	}
	return fmt.Sprintf("每天凌晨 3 点以后自动备份一次，保留最近 %d 份；自己做的不会自动删。%s", f.Keep, last)
}
