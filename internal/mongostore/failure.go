package mongostore

import (
	"context"
	"errors"
	"net"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"hongniang/internal/errs"
)

// Server codes that a person can do something about.
const (
	unauthorized         = 13
	authenticationFailed = 18
	outOfDiskSpace       = 14031
)

// failure puts what the driver or the server said into one of our kinds; an
// *errs.Error and nil pass through.
func failure(err error) error {
	if err == nil {
		return nil
	}
	var ours *errs.Error
	if errors.As(err, &ours) {
		return err
	}
	kind, code, message := errs.Internal, "store.failed", "读写数据库时出了意外，没有保存。请稍后再试；若仍不行，请联系管理员查看日志。"
	var server mongo.ServerError
	answered := errors.As(err, &server)
	switch {
	case errors.Is(err, context.Canceled):
		kind, code, message = errs.Unavailable, "store.cancelled", "操作在完成之前被取消了，请重试。"
	case errors.Is(err, mongo.ErrClientDisconnected):
		kind, code, message = errs.Unavailable, "store.closed", "服务正在停止，数据库连接已关闭。请稍后再试。"
	case answered && (server.HasErrorCode(unauthorized) || server.HasErrorCode(authenticationFailed)), isAuth(err):
		kind, code, message = errs.Unavailable, "store.auth", "数据库不接受本服务的账号。请检查 HONGNIANG_MONGODB_URI 里的用户名、密码和权限。"
	case answered && server.HasErrorCode(outOfDiskSpace):
		kind, code, message = errs.Unavailable, "store.full", "数据库服务器的磁盘已满，没有保存。请腾出空间后再保存一次。"
	case isAway(err):
		kind, code, message = errs.Unavailable, "store.unavailable", "数据库暂时连不上，查找和浏览不受影响，保存请稍后再试。"
	}
	return errs.Wrap(err, kind, code, message)
}

// isTaken tells whether a unique index refused the write. FerretDB, which the
// tests run on, says it with an internal error when the write is an update.
func isTaken(err error) bool {
	var server mongo.ServerError
	return mongo.IsDuplicateKeyError(err) || errors.As(err, &server) && server.HasErrorCodeWithMessage(1, "UNIQUE constraint failed")
}

// unconfirmed is for a write that the primary took and a majority did not
// confirm in time: nothing is known of it.
func unconfirmed(err error) error {
	if failed := failure(err); !errs.Is(failed, errs.Internal) {
		return failed
	}
	return errs.Wrap(err, errs.Unavailable, "store.unconfirmed", "数据库没有及时确认保存，请刷新后看是否已存上，没有就再保存一次。")
}

func isAuth(err error) bool {
	var e driver.Error
	return errors.As(err, &e) && e.Code == authenticationFailed
}

// isAway tells whether the server could not be reached, or said that it cannot
// serve now (an election, a shutdown).
func isAway(err error) bool {
	if mongo.IsNetworkError(err) || mongo.IsTimeout(err) {
		return true
	}
	var selection topology.ServerSelectionError
	var connection topology.ConnectionError
	var dial net.Error
	if errors.As(err, &selection) || errors.As(err, &connection) || errors.As(err, &dial) {
		return true
	}
	var labelled mongo.LabeledError
	if errors.As(err, &labelled) && (labelled.HasErrorLabel("RetryableWriteError") || labelled.HasErrorLabel("TransientTransactionError")) {
		return true
	}
	var wce *mongo.WriteConcernError
	var we mongo.WriteException
	return errors.As(err, &wce) || errors.As(err, &we) && we.WriteConcernError != nil && len(we.WriteErrors) == 0
}
