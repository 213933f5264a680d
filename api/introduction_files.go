package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// TakesAttachment tells whether an address takes a file of an introduction: its
// body may be larger than others, up to brokering.MaxFile and what surrounds it.
func TakesAttachment(path string) bool {
	return strings.HasPrefix(path, Prefix+"/introductions/") && strings.HasSuffix(path, "/files")
}

func (a *API) mountIntroductionFiles() {
	binary := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	upload := &huma.RequestBody{Required: true, Description: "文件，最大 20 MB：multipart 的 file 字段，或直接作为请求体", Content: map[string]*huma.MediaType{
		"multipart/form-data":      {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary.Schema}, Required: []string{"file"}}},
		"application/octet-stream": binary,
	}}
	put := huma.Operation{OperationID: "attach-to-introduction", Method: http.MethodPost, Path: "/introductions/{code}/files", Summary: "上传附件", Tags: []string{"对接单"},
		Parameters: []*huma.Param{{Name: "visibility", In: "query", Required: true, Description: "给谁看：brokers 红娘，enterprise 企业，provider 服务方，parties 双方（随保密详情开放）",
			Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"brokers", "enterprise", "provider", "parties"}}}}}
	get := huma.Operation{OperationID: "open-attachment", Method: http.MethodGet, Path: "/introductions/{code}/files/{id}", Summary: "下载附件", Tags: []string{"对接单"},
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/octet-stream": binary}}}}
	register(a, operation{Operation: put, action: account.IntroductionStep, body: upload}, a.attach)
	register(a, operation{Operation: get, action: account.IntroductionRead}, a.openAttachment)
}

type attachIn struct {
	Request
	Code       string `path:"code" doc:"Code of the introduction"`
	Visibility string `query:"visibility"`
	Need       string `query:"need" doc:"Code of the need, where there are several"`
	Note       string `query:"note"`
	FileName   string `query:"filename" doc:"Name of a file that is sent as the body"`
}

func (a *API) attach(ctx context.Context, in *attachIn) (*introductionOut, error) {
	u := brokering.Upload{Visibility: brokering.Audience(in.Visibility), Need: in.Need, Note: in.Note, Name: in.FileName}
	if err := in.receiveInto(&u); err != nil {
		return nil, err
	}
	next, err := a.deps.Introductions.Attach(ctx, actorOf(ctx), in.Code, 0, u)
	if err != nil {
		return nil, err
	}
	return answerIntroduction(next), nil
}

// receiveInto reads the file of a form, or the whole body.
func (in *attachIn) receiveInto(u *brokering.Upload) error {
	media, _, _ := mime.ParseMediaType(in.http.Header.Get("Content-Type"))
	var from io.Reader = in.http.Body
	u.Type = media
	if media == "multipart/form-data" {
		form, err := in.http.MultipartReader()
		if err != nil {
			return readFault(err)
		}
		part, err := form.NextPart()
		for err == nil && (part.FormName() != "file" || part.FileName() == "") {
			part, err = form.NextPart()
		}
		if errors.Is(err, io.EOF) {
			return errs.New(errs.Invalid, "form.no_file", "没有收到文件，请选择一个文件（表单字段名为 file）。")
		}
		if err != nil {
			return readFault(err)
		}
		from, u.Name, u.Type = part, part.FileName(), part.Header.Get("Content-Type")
	}
	room := min(max(in.http.ContentLength, 0), brokering.MaxFile) + bytes.MinRead // once, instead of doubling
	data := bytes.NewBuffer(make([]byte, 0, room))
	if _, err := data.ReadFrom(io.LimitReader(from, brokering.MaxFile+1)); err != nil {
		return readFault(err)
	}
	u.Data = data.Bytes()
	return nil
}

type attachmentIn struct {
	Code string `path:"code" doc:"Code of the introduction"`
	ID   string `path:"id" doc:"Id of the attachment, such as F1"`
}

// openAttachment answers with the bytes for saving, never for showing: what
// somebody uploaded must not run as a page of ours.
func (a *API) openAttachment(ctx context.Context, in *attachmentIn) (*fileOut, error) {
	file, data, err := a.deps.Introductions.File(ctx, actorOf(ctx), in.Code, in.ID)
	if err != nil {
		return nil, err
	}
	return &fileOut{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "application/octet-stream")
		c.SetHeader("X-Content-Type-Options", "nosniff")
		c.SetHeader("Content-Length", strconv.Itoa(len(data)))
		c.SetHeader("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(file.Name))
		_, _ = c.BodyWriter().Write(data) // the client is gone when this fails
	}}, nil
}

func (a *API) mountInvitations() {
	op := func(id, method, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/invitations/{token}", Summary: summary, Tags: []string{"对接单"}}
	}
	register(a, operation{Operation: op("read-invitation", http.MethodGet, "打开邀约链接：只看，不改变任何东西"), action: account.IntroductionAnswer}, a.readInvitation)
	register(a, operation{Operation: op("answer-invitation", http.MethodPost, "凭邀约链接答复，只能用一次"), action: account.IntroductionAnswer,
		body: jsonBody(a.typeSchema(reflect.TypeFor[answerBody](), "InvitationAnswerInput"))}, a.answerInvitation)
}

type linkOut struct {
	Body struct {
		Token string `json:"token" doc:"Open as /invitations/TOKEN"`
		Due   string `json:"due" doc:"YYYY-MM-DD: the link holds to the end of it"`
	} `nameHint:"InvitationLink"`
}

func (a *API) invitationLink(ctx context.Context, in *introductionIn) (*linkOut, error) {
	token, inv, err := a.deps.Introductions.InvitationLink(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	out := &linkOut{}
	out.Body.Token, out.Body.Due = token, inv.Due
	return out, nil
}

type invitationIn struct {
	Request
	Token string `path:"token" doc:"Of the link"`
}

type askedOut struct{ Body brokering.Asked }

func (a *API) readInvitation(ctx context.Context, in *invitationIn) (*askedOut, error) {
	asked, err := a.deps.Introductions.Asked(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	return &askedOut{Body: asked}, nil
}

type answerBody struct {
	Answer string `json:"answer" doc:"accept 接受，decline 婉拒"`
	Reason string `json:"reason,omitempty" doc:"婉拒时：词表 decline_reason"`
	Note   string `json:"note,omitempty" doc:"想说的话"`
}

type answeredOut struct {
	Body struct {
		Stage brokering.Stage `json:"stage" doc:"accepted or declined"`
	} `nameHint:"InvitationAnswered"`
}

func (a *API) answerInvitation(ctx context.Context, in *invitationIn) (*answeredOut, error) {
	body, err := readInto[answerBody](&in.Request, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	if body.Answer != "accept" && body.Answer != "decline" {
		return nil, errs.New(errs.Invalid, "invitation.answer", "answer 请填 accept（接受）或 decline（婉拒）。")
	}
	stage, err := a.deps.Introductions.AnswerLink(ctx, in.Token, body.Answer == "accept", body.Reason, body.Note)
	if err != nil {
		return nil, err
	}
	out := &answeredOut{}
	out.Body.Stage = stage
	return out, nil
}

// readInto reads a body strictly into a Go type: unknown keys and wrong types
// are refused in Chinese.
func readInto[T any](r *Request, limit int64) (T, error) {
	var out T
	data, err := io.ReadAll(io.LimitReader(r.http.Body, limit+1))
	if err != nil {
		return out, readError(err)
	}
	if int64(len(data)) > limit {
		return out, httpx.TooLarge(limit)
	}
	if _, err := parseObject(data); err != nil {
		return out, err
	}
	dec := json.NewDecoder(strings.NewReader(strings.TrimPrefix(string(data), "\xef\xbb\xbf")))
	dec.DisallowUnknownFields()
	return out, bodyFault(dec.Decode(&out))
}

// bodyFault says in Chinese what the decoder found.
func bodyFault(err error) error {
	if err == nil {
		return nil
	}
	var f errs.Faults
	var wrong *json.UnmarshalTypeError
	var when *time.ParseError
	name, unknown := strings.CutPrefix(err.Error(), "json: unknown field ")
	switch {
	case errors.As(err, &wrong):
		f.Add(wrong.Field, "type.wrong", fmt.Sprintf("“%s”的类型不对：给的是 %s，请对照 /api/v1/openapi.json。", wrong.Field, wrong.Value), "")
	case unknown:
		name = strings.Trim(name, `"`)
		f.Add(name, "field.unknown", fmt.Sprintf("没有“%s”这个字段，请对照 /api/v1/openapi.json 里的字段名。", name), "")
	case errors.As(err, &when):
		f.Add("", "date.malformed", "时间应像 2026-06-01T08:00:00Z。", when.Value)
	default:
		return errs.Wrap(err, errs.Invalid, "json.malformed", "内容不是有效的 JSON，请检查引号、逗号和括号。")
	}
	return f.Err()
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
