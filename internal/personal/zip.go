package personal

import (
	"archive/zip"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

//go:embed dossier.html
var pages embed.FS

// WriteZIP writes data.json, index.html and the attachments, one file in memory at
// a time; a file that is gone by now is left out. Errors: Internal, those of the
// store of files.
func (d *Dossier) WriteZIP(ctx context.Context, w io.Writer) error {
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return unwritable(err)
	}
	page, err := d.page(data)
	if err != nil {
		return unwritable(err)
	}
	z := zip.NewWriter(w)
	err = d.part(z, "data.json", data)
	if err == nil {
		err = d.part(z, "index.html", page)
	}
	for i := 0; i < len(d.files) && err == nil; i++ {
		err = d.attach(ctx, z, d.files[i])
	}
	if err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return unwritable(err)
	}
	return nil
}

func (d *Dossier) attach(ctx context.Context, z *zip.Writer, f file) error {
	data, err := d.open(ctx, f.sha256)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.part(z, "files/"+f.name, data)
}

func (d *Dossier) part(z *zip.Writer, name string, data []byte) error {
	to, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.MadeAt})
	if err == nil {
		_, err = to.Write(data)
	}
	if err != nil {
		return unwritable(err)
	}
	return nil
}

// Packed is a ZIP on disk, to be read from its beginning. Closing it removes it.
type Packed struct {
	*os.File
	Size int64
}

// Pack writes the ZIP to disk, so that a failure half-way is an error and no
// damaged download, and that memory does not grow with what somebody attached.
// The caller closes it. Errors: as WriteZIP.
func (d *Dossier) Pack(ctx context.Context) (*Packed, error) {
	f, err := os.CreateTemp("", "hongniang-*")
	if err != nil {
		return nil, unwritable(err)
	}
	out := &Packed{File: f}
	_ = os.Remove(f.Name()) // where a file in use can be removed, a killed process leaves nothing behind
	if err = d.WriteZIP(ctx, f); err != nil {
		_ = out.Close() // the first failure is the one to tell
		return nil, err
	}
	if out.Size, err = f.Seek(0, io.SeekEnd); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = out.Close()
		return nil, unwritable(err)
	}
	return out, nil
}

// Close closes and removes the file.
func (p *Packed) Close() error {
	err := p.File.Close()
	_ = os.Remove(p.Name()) // it is gone already where that could be done at once
	return err
}

func unwritable(err error) error {
	return errs.Wrap(err, errs.Internal, "personal.unwritable", "个人信息的文件没有写成，请稍后再试。")
}

// line is one field for a reader.
type line struct{ Label, Value string }

// page shows the JSON as a list, part by part: what a program is given and what a
// person reads cannot differ.
func (d *Dossier) page(data []byte) ([]byte, error) {
	var tree map[string]any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		return nil, err
	}
	type part struct {
		Title string
		Lines []line
	}
	var parts []part
	for _, key := range []string{"account", "profile", "consent", "claims", "notices", "introductions", "verdicts", "offers", "applications", "judged", "objections", "searches", "preferences", "imports", "named_in", "changes", "requests"} {
		if tree[key] != nil {
			parts = append(parts, part{partTitles[key], lines(nil, "", tree[key])})
		}
	}
	t, err := template.ParseFS(pages, "dossier.html")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{"Parts": parts, "At": d.MadeAt.In(catalog.China()).Format("2006-01-02 15:04"), "Files": len(d.files)})
	return out.Bytes(), err
}

var partTitles = map[string]string{
	"account": "账号", "profile": "专家资料", "consent": "授权", "claims": "认领申请", "notices": "收到的通知", "introductions": "对接单中与您有关的部分",
	"verdicts": "红娘对匹配的评价", "offers": "您的揭榜", "applications": "您的评审申报", "judged": "您作为评委的评分", "objections": "您提出的异议", "searches": "您保存的检索", "preferences": "您的通知设置", "imports": "您上传待导入的文件", "named_in": "署有您姓名的公开记录", "changes": "您的资料的修改记录", "requests": "注销申请",
}

// lines makes a flat list of a tree.
func lines(out []line, path string, v any) []line {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = lines(out, join(path, labelOf(key)), v[key])
		}
	case []any:
		for i, item := range v {
			out = lines(out, join(path, fmt.Sprintf("第 %d 条", i+1)), item)
		}
	case nil:
	default:
		if text := fmt.Sprint(v); text != "" {
			out = append(out, line{path, text})
		}
	}
	return out
}

func join(path, label string) string {
	return strings.TrimPrefix(path+" · "+label, " · ")
}

// labelOf gives the Chinese name of a key: that of the profile's form, or of the
// words below; else the key itself.
func labelOf(key string) string {
	for _, f := range catalog.Schema(catalog.KindExpert) {
		if f.Key == key {
			return f.Label
		}
	}
	for _, group := range []any{catalog.Contact{}, catalog.Consent{}, catalog.Honour{}, catalog.Availability{}, catalog.Employment{}, catalog.UniqueSkill{}, catalog.Contest{}} {
		t := reflect.TypeOf(group)
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name == key && t.Field(i).Tag.Get("zh") != "" {
				return t.Field(i).Tag.Get("zh")
			}
		}
	}
	if label := words[key]; label != "" {
		return label
	}
	return key
}

var words = map[string]string{
	"login": "账号名", "mobile": "手机号", "role": "角色", "role_label": "角色", "org": "单位编号", "person": "专家编号", "created_at": "建立时间", "last_sign_in_at": "最近登录",
	"sessions": "登录着的设备", "agent": "设备", "seen_at": "最近使用", "expires_at": "有效期至", "tokens": "API 令牌", "grants": "权限", "second_factor": "两步验证", "user": "账号编号",
	"text": "内容", "at": "时间", "need": "需求编号", "introduction": "对接单", "step": "步骤", "stage": "阶段", "messages": "留言", "answers": "三个问题的回答", "how_we_help": "我们怎样帮",
	"what_is_unclear": "还有什么不清楚", "about_us": "我们是谁", "attachments": "附件", "history": "经过", "targets": "推荐对象", "needs": "需求", "broker": "经办红娘", "invitations": "邀约",
	"verdict": "评价", "kind": "类别", "title": "名称", "seq": "序号", "rev": "版本", "action": "动作", "by": "署名", "words": "说明", "state": "状态", "reason": "原因", "decided_by": "办理人",
	"decided_at": "办理时间", "asked_at": "提出时间", "subject": "本人", "updated_at": "更新时间", "updated_by": "修改人", "created_by": "录入人", "note": "备注", "from": "从", "to": "到",
	"size": "大小", "sha256": "文件摘要", "visibility": "可见范围", "part": "一方", "target": "对象", "due": "期限", "releases": "开放记录", "visits": "考察交流", "benefits": "成效", "contract": "合同",
	"call": "评审", "result": "成果", "statement": "申报理由", "withdrawn": "已撤回", "points": "分数", "contact": "联系方式", "upheld": "异议成立", "query": "检索式", "filters": "筛选",
	"ask": "检索", "made": "保存时间", "told": "上次提醒", "off": "不提醒", "modes": "何时发邮件", "mail": "邮箱", "pending": "待确认的邮箱", "file": "文件名", "rows": "行数", "total": "总行数",
	"layout": "列的含义", "fields": "列", "name": "名称", "code": "编号",
	"owner_org": "所属单位", "union": "主管工会", "source": "来源", "phase": "进度", "report": "结果", "record": "记录编号", "levels": "级别", "level": "级别", "disabled": "停用", "must_change_password": "须改密码",
}
