package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// failure puts what the engine said into one of our kinds; an *errs.Error and
// nil pass through.
func failure(err error) error {
	if err == nil {
		return nil
	}
	var ours *errs.Error
	if errors.As(err, &ours) {
		return err
	}
	kind, code, message := errs.Internal, "store.failed", "读写数据文件时出了意外，没有保存。请稍后再试；若仍不行，请联系管理员查看日志。"
	switch primary(err) {
	case codes.SQLITE_FULL:
		kind, code, message = errs.Unavailable, "store.full", "磁盘已满，没有保存。请腾出空间后再保存一次。"
	case codes.SQLITE_READONLY, codes.SQLITE_PERM, codes.SQLITE_AUTH:
		kind, code, message = errs.Unavailable, "store.read_only", "数据文件不能写入，没有保存。请检查数据目录的写权限，再保存一次。"
	case codes.SQLITE_CANTOPEN:
		kind, code, message = errs.Unavailable, "store.cannot_open", "数据文件打不开。请检查数据目录是否存在、是否有读写权限。"
	case codes.SQLITE_IOERR:
		kind, code, message = errs.Unavailable, "store.io", "读写磁盘时出错，没有保存。请检查磁盘后再保存一次。"
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		kind, code, message = errs.Unavailable, "store.busy", "数据库正忙，没有保存。请稍后再试。"
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
		code, message = "store.damaged", "数据文件已损坏或不是数据库文件。请停止服务，用最近的备份恢复数据目录。"
	case codes.SQLITE_TOOBIG:
		kind, code, message = errs.TooLarge, "record.too_large", "记录太大，没有保存。请缩短文字后再保存。"
	case codes.SQLITE_INTERRUPT:
		kind, code, message = errs.Unavailable, "store.cancelled", "操作在完成之前被取消了，请重试。"
	case closedCode:
		kind, code, message = errs.Unavailable, "store.closed", "服务正在停止，数据库已关闭。请稍后再试。"
	}
	return errs.Wrap(err, kind, code, message)
}

// closedCode stands for a closed store beside the engine's own codes, which
// are positive.
const closedCode = -1

// primary gives the engine's primary result code.
func primary(err error) int {
	var e *sqlite.Error
	switch {
	case errors.As(err, &e):
		return e.Code() & 0xff
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return codes.SQLITE_INTERRUPT
	case errors.Is(err, sql.ErrConnDone), strings.HasSuffix(err.Error(), "database is closed"):
		return closedCode
	}
	return 0
}

// taken makes a Conflict of a broken uniqueness of code or key.
func taken(err error, rec catalog.Record) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_CONSTRAINT {
		return catalog.ConflictError(rec)
	}
	return err
}
