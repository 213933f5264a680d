package view

import (
	"time"

	"hongniang/internal/backup"
)

// Backups is the page of backups.
type Backups struct {
	Tabs      []Link
	Elsewhere string // what to run where they are not made here
	Items     []BackupRow
	Last      string
	Done      string
	Problem   string
}

// BackupRow is one of them.
type BackupRow struct{ Name, At, Size, Sum, URL string }

// BuildBackups makes the page.
func BuildBackups(list []backup.Backup, now time.Time) Backups {
	v := Backups{Last: "还没有备份。"}
	for i, b := range list {
		if i == 0 {
			v.Last = "最近一份是" + OrText(ageOf(b.At, now), "今天") + "做的。"
		}
		v.Items = append(v.Items, BackupRow{Name: b.Name, At: minute(b.At), Size: Bytes(b.Bytes), Sum: OrText(b.Sum, "没有校验和"), URL: BackupsURL + "/" + b.Name})
	}
	return v
}
