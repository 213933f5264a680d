package personal

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/contact"
	"hongniang/internal/errs"
)

// traits are the words by which a person is found: kept with a request until it
// is carried out, and then gone.
type traits struct {
	User   string   `json:"user,omitempty"`
	Person string   `json:"person,omitempty"`
	Login  string   `json:"login,omitempty"`
	Names  []string `json:"names,omitempty"`
	Phones []string `json:"phones,omitempty"` // as contact.Number gives them
	Mails  []string `json:"mails,omitempty"`
	// Signed is the name by which the account signed changes; "" when another
	// account has the same name: then nobody can tell whose the lines are.
	Signed string `json:"signed,omitempty"`
}

func traitsOf(k known) traits {
	t := traits{User: k.User, Person: k.Person}
	if u := k.user; u != nil {
		t.Login, t.Signed = u.Login, u.Name
		t.name(u.Name)
		t.phone(u.Mobile)
	}
	if e := k.expert; e != nil {
		t.name(e.Name)
		if c := e.Contact; c != nil {
			t.phone(c.Phone)
			t.mail(c.Email)
		}
	}
	return t
}

// name adds a name that is long enough to be looked for.
func (t *traits) name(s string) {
	if utf8.RuneCountInString(s) >= 2 && !slices.Contains(t.Names, s) {
		t.Names = append(t.Names, s)
	}
}

func (t *traits) phone(s string) {
	if d := contact.Number(s); len(d) >= shortNumber && !slices.Contains(t.Phones, d) {
		t.Phones = append(t.Phones, d)
	}
}

func (t *traits) mail(s string) {
	if s = contact.Address(s); s != "" && !slices.Contains(t.Mails, s) {
		t.Mails = append(t.Mails, s)
	}
}

// shortNumber is how many digits a telephone number has at least.
const shortNumber = 7

// shortAddress is how many bytes an address or a number has at least.
const shortAddress = 6

// hasPhone tells whether a number is his, however it is written. Requests that were
// begun by an earlier version hold plain digits.
func (t traits) hasPhone(number string) bool {
	return len(number) >= shortNumber && slices.ContainsFunc(t.Phones, func(p string) bool { return p == number || contact.Number(p) == number })
}

// rewriting is one pass over a document.
type rewriting struct {
	traits
	about   bool // the document names him by code, number or address
	changed bool
}

// rewrite takes a person out of a JSON document. His number and address go
// wherever they stand; his name goes from documents that are about him, and his
// signature from everywhere. It answers nil when nothing changes.
func (t traits) rewrite(doc []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, errs.Wrap(err, errs.Internal, "personal.unreadable", "有一条数据读不出来，内容可能已损坏，个人信息没有删完。请从备份恢复后再办理。")
	}
	r := &rewriting{traits: t}
	r.look(v)
	out := r.value("", v)
	if !r.changed {
		return nil, nil
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "personal.unwritable", "有一条数据写不回去，请联系管理员查看日志。")
	}
	return data, nil
}

// look finds out whether the document is about him.
func (r *rewriting) look(v any) {
	switch v := v.(type) {
	case string:
		r.about = r.about || v != "" && (v == r.User || v == r.Person) || r.reaches(v)
	case []any:
		for _, item := range v {
			r.look(item)
		}
	case map[string]any:
		for _, item := range v {
			r.look(item)
		}
	}
}

// reaches tells whether a text has his number or address.
func (r *rewriting) reaches(s string) bool {
	if len(s) < shortAddress {
		return false
	}
	return slices.ContainsFunc(contact.Find(s), r.his) || r.isPhone(s) || r.isMail(s)
}

// his tells whether it is his number or address that stands at a place.
func (r *rewriting) his(p contact.Place) bool {
	return slices.ContainsFunc(p.Values, func(v string) bool {
		return r.hasPhone(v) || slices.Contains(r.Mails, v) || r.about && r.isLocal(v)
	})
}

// isLocal tells whether a number is his without its area, which says little where
// nothing else is about him.
func (r *rewriting) isLocal(number string) bool {
	return len(number) >= shortNumber && slices.ContainsFunc(r.Phones, func(p string) bool {
		p = contact.Number(p)
		area, found := strings.CutSuffix(p, number)
		mobile := len(p) == 11 && p[0] == '1'
		return found && !mobile && (len(area) == 2 || len(area) == 3)
	})
}

// isPhone and isMail tell whether a whole field is his number or his address.
func (r *rewriting) isPhone(s string) bool {
	return len(s) >= shortNumber && len(s) < 80 && r.hasPhone(contact.Number(s))
}

func (r *rewriting) isMail(s string) bool {
	return len(r.Mails) > 0 && len(s) < 200 && slices.Contains(r.Mails, contact.Address(s))
}

// signatures are the fields in which names sign.
var signatures = []string{"by", "created_by", "updated_by", "decided_by"}

func (r *rewriting) value(key string, v any) any {
	switch v := v.(type) {
	case string:
		return r.text(key, v)
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			out = append(out, r.value(key, item))
		}
		return out
	case map[string]any:
		if key != "" && r.isContact(v) {
			if name, _ := v["name"].(string); name != "" && !slices.Contains(r.Names, name) {
				return v // the switchboard, or a colleague's number that was given as his
			}
			r.changed = true
			return nil // somebody else is to be named, and not a number without a name
		}
		for key, item := range v {
			v[key] = r.value(key, item)
		}
	}
	return v
}

// isContact tells whether an object is how to reach him.
func (r *rewriting) isContact(v map[string]any) bool {
	phone, _ := v["phone"].(string)
	mail, _ := v["email"].(string)
	return phone != "" && r.isPhone(phone) || mail != "" && r.isMail(mail)
}

func (r *rewriting) text(key, s string) string {
	out := s
	if r.Signed != "" && s == r.Signed && slices.Contains(signatures, key) {
		out = Gone
	}
	for _, p := range slices.Backward(contact.Find(out)) {
		if r.his(p) {
			out = out[:p.Start] + removed + out[p.End:]
		}
	}
	if r.about {
		for _, name := range r.Names {
			out = withoutName(key, out, name)
		}
	}
	r.changed = r.changed || out != s
	return out
}

// shortText is up to how many runes a text is taken for names, and not for prose;
// longName from how many on a Chinese name is hardly part of another.
const (
	shortText = 16
	longName  = 3
)

// withoutName takes a name out of a text. In short texts, which are names of people
// and firms, one of two characters must stand by itself: 王强 is not in 王强生; in
// prose a Chinese name may have any neighbour. Codes and sums are left alone.
func withoutName(key, s, name string) string {
	if isCode(key) {
		return s
	}
	if strings.ContainsFunc(name, isHan) && (utf8.RuneCountInString(s) > shortText || utf8.RuneCountInString(name) >= longName) {
		return strings.ReplaceAll(s, name, Gone)
	}
	var out strings.Builder
	for {
		at := strings.Index(s, name)
		if at < 0 {
			return out.String() + s
		}
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		after, _ := utf8.DecodeRuneInString(s[at+len(name):])
		out.WriteString(s[:at])
		if at > 0 && isLetter(before) || at+len(name) < len(s) && isLetter(after) {
			out.WriteString(name)
		} else {
			out.WriteString(Gone)
		}
		s = s[at+len(name):]
	}
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isCode tells whether a field holds codes or sums, no words.
func isCode(key string) bool {
	return slices.Contains([]string{"code", "id", "sha256", "status", "state", "kind", "stage"}, key) || strings.HasSuffix(key, "_code") || strings.HasSuffix(key, "_id")
}
