package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/backup"
	"hongniang/internal/errs"
)

// BackupList is the backups that there are.
type BackupList struct {
	Backups []backup.Backup `json:"backups" doc:"Newest first"`
	Keep    int             `json:"keep" doc:"Automatic ones that are kept, one a day; 0: none are made by themselves"`
	Problem string          `json:"problem,omitempty" doc:"In Chinese: why the last automatic one did not come about"`
}

type (
	backupOut  struct{ Body backup.Backup }
	backupsOut struct{ Body BackupList }
)

// mountBackups adds the backups of an installation on one SQLite file.
func (a *API) mountBackups() {
	register(a, operation{action: account.BackupMake, Operation: huma.Operation{OperationID: "list-backups", Method: http.MethodGet, Path: "/backups",
		Summary: "备份，新的在前", Tags: []string{"系统"}}}, a.listBackups)
	register(a, operation{action: account.BackupMake, Operation: huma.Operation{OperationID: "make-backup", Method: http.MethodPost, Path: "/backups",
		Summary: "在数据目录里做一份备份；其间读写照常。数据在 MongoDB 里时请用它自己的工具", Tags: []string{"系统"}, DefaultStatus: http.StatusCreated}}, a.makeBackup)
}

// noBackups is the answer where the data are in MongoDB.
func noBackups() error {
	return errs.New(errs.Invalid, "backup.mongodb", "数据在 MongoDB 里，请用 mongodump 备份；怎样做见 docs/operations.md。")
}

func (a *API) listBackups(context.Context, *struct{}) (*backupsOut, error) {
	if a.deps.Backups == nil {
		return nil, noBackups()
	}
	list, err := a.deps.Backups.List()
	if err != nil {
		return nil, err
	}
	out := &backupsOut{Body: BackupList{Backups: append([]backup.Backup{}, list...), Keep: a.deps.Backups.Keep}}
	if failed := a.deps.Backups.Failed(); failed.Err != nil {
		out.Body.Problem = errs.As(failed.Err).Message
	}
	return out, nil
}

func (a *API) makeBackup(ctx context.Context, _ *struct{}) (*backupOut, error) {
	if a.deps.Backups == nil {
		return nil, noBackups()
	}
	b, err := a.deps.Backups.Make(ctx)
	if err != nil {
		return nil, err
	}
	return &backupOut{Body: b}, nil
}
