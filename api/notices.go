package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/httpx"
	"hongniang/internal/notice"
)

func (a *API) mountNotices() {
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"通知"}, DefaultStatus: status}
	}
	const preferences = "/notices/preferences"
	register(a, operation{Operation: op("list-notices", http.MethodGet, "/notices", "我的通知：对接进展、催办、匹配提醒（带理由）、需求到期", 0), action: account.NoticeRead}, a.listNotices)
	register(a, operation{Operation: op("read-notices", http.MethodPost, "/notices/read", "把某一时刻以前的通知标为已读", http.StatusNoContent),
		action: account.NoticeRead, body: jsonBody(a.typeSchema(reflect.TypeFor[readBody](), "NoticesReadInput"))}, a.readNotices)
	register(a, operation{Operation: op("notice-preferences", http.MethodGet, preferences, "我要哪些通知、发到哪个邮箱", 0), action: account.NoticeRead}, a.noticePreferences)
	register(a, operation{Operation: op("choose-notices", http.MethodPut, preferences, "改通知设置：没有写的不变；新邮箱要点确认邮件里的链接才生效", 0),
		action: account.NoticeChoose, body: jsonBody(a.typeSchema(reflect.TypeFor[notice.Wish](), "NoticePreferencesInput"))}, a.chooseNotices)
}

// noticeUser gives the account of the caller; the operator's token has none.
func noticeUser(ctx context.Context) (string, error) {
	access := httpx.AccessOf(ctx)
	if access.Actor.User == "" {
		return "", access.Refusal()
	}
	return access.Actor.User, nil
}

type noticesOut struct{ Body notice.Box }

func (a *API) listNotices(ctx context.Context, _ *struct{}) (*noticesOut, error) {
	if _, err := noticeUser(ctx); err != nil {
		return nil, err
	}
	box, err := a.deps.Notices.Of(ctx, actorOf(ctx))
	return &noticesOut{Body: box}, err
}

type readBody struct {
	UpTo time.Time `json:"up_to" doc:"看到的最新一条通知的时间 at"`
}

func (a *API) readNotices(ctx context.Context, in *Request) (*noContent, error) {
	if _, err := noticeUser(ctx); err != nil {
		return nil, err
	}
	body, err := readInto[readBody](in, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	return &noContent{}, a.deps.Notices.Looked(ctx, actorOf(ctx), body.UpTo)
}

type preferencesOut struct{ Body notice.Settings }

func (a *API) noticePreferences(ctx context.Context, _ *struct{}) (*preferencesOut, error) {
	user, err := noticeUser(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := a.deps.Notices.Settings(ctx, user)
	return &preferencesOut{Body: settings}, err
}

func (a *API) chooseNotices(ctx context.Context, in *Request) (*preferencesOut, error) {
	user, err := noticeUser(ctx)
	if err != nil {
		return nil, err
	}
	wish, err := readInto[notice.Wish](in, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	settings, err := a.deps.Notices.Choose(ctx, user, wish)
	return &preferencesOut{Body: settings}, err
}
