// Package lexicon keeps the two word lists that an administrator edits: groups of
// synonyms, and words of the user dictionary. Each save is one more revision,
// written at once and never over another, so that the history is whole and two
// who edit at the same time cannot both win. It also tries changes out (trial.go).
package lexicon

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Kind is the kind of item in which revisions lie. ID: list and number; Owner:
// the list.
const Kind account.ItemKind = "lexicon"

// List is one of the word lists.
type List string

// The lists.
const (
	Synonyms List = "synonyms"
	Words    List = "userdict"
)

// Lists gives both.
func Lists() []List { return []List{Synonyms, Words} }

// Label is the list in Chinese.
func (l List) Label() string {
	if l == Words {
		return "用户词典"
	}
	return "同义词"
}

// Revision is one state of a list.
type Revision struct {
	List   List      `json:"list"`
	Number int       `json:"number"` // from 1; 0: what the program ships, or the file of the settings
	Text   string    `json:"text"`
	By     string    `json:"by"` // who saved it, as the audit signs
	At     time.Time `json:"at"`
	Note   string    `json:"note,omitempty"` // why, in his words
	// File is the operator's file that holds instead; such a list is edited there.
	File string `json:"-"`
}

// Bounds of a list.
const (
	// MaxBytes is how long a list is at most.
	MaxBytes = 1 << 20
	// kept is how many revisions of a list are kept.
	kept = 200
)

// Service keeps the lists. It is safe for concurrent use.
type Service struct {
	Items account.Store
	// Shipped are the lists that come with the program.
	Shipped map[List]string
	// Files are the paths of lists that the settings name; File reads one.
	Files map[List]string
	File  func(path string) (string, error)
	Now   func() time.Time
	// Use is told of what was saved here; nil tells nobody.
	Use func(Revision)

	mu     sync.Mutex
	newest map[List]int // the newest number that was seen
}

// Current gives what holds: the operator's file, else the newest revision, else
// what ships. Errors: errs.NotFound for a list that there is not, those of File,
// errs.Unavailable.
func (s *Service) Current(ctx context.Context, list List) (Revision, error) {
	if !slices.Contains(Lists(), list) {
		return Revision{}, errs.New(errs.NotFound, "lexicon.unknown", "没有这个词表；只有同义词和用户词典。")
	}
	if path := s.Files[list]; path != "" {
		text, err := s.File(path)
		return Revision{List: list, Text: text, File: path}, err
	}
	r, err := s.last(ctx, list)
	if errs.Is(err, errs.NotFound) {
		return Revision{List: list, Text: s.Shipped[list]}, nil
	}
	return r, err
}

// last gives the newest revision: the newest that was seen, and what came behind
// it. Only without one, or when that one is gone, it is looked for among all, and
// still read alone. Errors: errs.NotFound when none was saved.
func (s *Service) last(ctx context.Context, list List) (Revision, error) {
	s.mu.Lock()
	number := s.newest[list]
	s.mu.Unlock()
	r, err := s.get(ctx, list, number)
	if number == 0 || errs.Is(err, errs.NotFound) {
		r, err = s.find(ctx, list)
	}
	for err == nil {
		next, behind := s.get(ctx, list, r.Number+1)
		if errs.Is(behind, errs.NotFound) {
			break
		}
		if r, err = next, behind; err != nil {
			return r, err
		}
	}
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.newest == nil {
			s.newest = map[List]int{}
		}
		s.newest[list] = r.Number
	}
	return r, err
}

// get reads one revision. Errors: errs.NotFound.
func (s *Service) get(ctx context.Context, list List, number int) (Revision, error) {
	it, err := s.Items.Get(ctx, Kind, idOf(list, number))
	if err != nil {
		return Revision{}, err
	}
	return read(it)
}

// find looks for the newest revision: ids are in the order of the numbers.
func (s *Service) find(ctx context.Context, list List) (Revision, error) {
	items, err := s.Items.Owned(ctx, Kind, string(list))
	if err != nil {
		return Revision{}, err
	}
	if len(items) == 0 {
		return Revision{}, account.NotFoundError()
	}
	return read(items[len(items)-1])
}

// History gives the revisions that were saved, newest first, at most 200.
func (s *Service) History(ctx context.Context, list List) ([]Revision, error) {
	items, err := s.Items.Owned(ctx, Kind, string(list))
	if err != nil {
		return nil, err
	}
	var out []Revision
	for _, it := range items {
		r, err := read(it)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Revision) int { return b.Number - a.Number })
	return out, nil
}

// Newer gives the revision behind a number, which another process may have saved;
// false when there is none. It costs one read.
func (s *Service) Newer(ctx context.Context, list List, number int) (Revision, bool, error) {
	if s.Files[list] != "" {
		return Revision{}, false, nil
	}
	r, err := s.get(ctx, list, number+1)
	if errs.Is(err, errs.NotFound) {
		return Revision{}, false, nil
	}
	return r, err == nil, err
}

// Edit is a new text for a list.
type Edit struct {
	List   List
	Base   int // the number of the revision that was edited
	Text   string
	By     string
	Note   string
	SameOK bool // a text that changes nothing is saved all the same
}

// Save checks a text and makes it the newest revision. Errors: errs.Invalid with
// a field "line.N" for each faulty line, errs.Stale when somebody saved meanwhile,
// errs.Denied for a list that lies in an operator's file, errs.TooLarge.
func (s *Service) Save(ctx context.Context, e Edit) (Revision, error) {
	now, err := s.Current(ctx, e.List)
	if err != nil {
		return Revision{}, err
	}
	text := Tidy(e.Text)
	switch {
	case now.File != "":
		return now, errs.New(errs.Denied, "lexicon.from_file", fmt.Sprintf("设置里指定了文件“%s”，请在那个文件里改；去掉这项设置并重启后，才能在这里改。", now.File))
	case len(text) > MaxBytes:
		return now, errs.New(errs.TooLarge, "lexicon.too_large", "词表超过 1 MB，请删去一些行再保存。")
	case now.Number != e.Base:
		return now, stale(now)
	}
	if err := Check(e.List, text); err != nil {
		return now, err
	}
	if text == now.Text && !e.SameOK {
		return now, errs.New(errs.Invalid, "lexicon.same", "没有改动，不用保存。")
	}
	next := Revision{List: e.List, Number: now.Number + 1, Text: text, By: e.By, At: s.Now().UTC().Truncate(time.Millisecond), Note: clip(e.Note)}
	if err := s.insert(ctx, next); err != nil {
		return now, err
	}
	if s.Use != nil {
		s.Use(next)
	}
	return next, s.forget(ctx, next)
}

// insert writes a revision; that its number is taken is how the second of two
// editors learns of the first.
func (s *Service) insert(ctx context.Context, r Revision) error {
	body, err := json.Marshal(r)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "lexicon.unwritable", "词表无法保存，请联系管理员查看日志。")
	}
	err = s.Items.Insert(ctx, account.Item{Kind: Kind, ID: idOf(r.List, r.Number), Owner: string(r.List), Body: body})
	if errs.Is(err, errs.Conflict) {
		return stale(r)
	}
	return err
}

// forget removes the revision that is one too many.
func (s *Service) forget(ctx context.Context, newest Revision) error {
	if newest.Number <= kept {
		return nil
	}
	return s.Items.Delete(ctx, Kind, idOf(newest.List, newest.Number-kept))
}

func stale(now Revision) error {
	return errs.New(errs.Stale, "lexicon.stale", fmt.Sprintf("您打开之后，别人已经把%s存成了第 %d 版。您的内容没有保存，还在下面；请对照别人的内容，合并后再保存。", now.List.Label(), now.Number))
}

func idOf(list List, number int) string { return fmt.Sprintf("%s/%08d", list, number) }

func read(it account.Item) (Revision, error) {
	var r Revision
	if err := json.Unmarshal(it.Body, &r); err != nil {
		return r, errs.Wrap(err, errs.Internal, "lexicon.unreadable", fmt.Sprintf("词表的一个版本（%s）读不出来，内容可能已损坏。请从备份恢复。", it.ID))
	}
	return r, nil
}

// maxNote is how many runes of a reason are kept.
const maxNote = 200

func clip(note string) string {
	note = strings.Join(strings.Fields(note), " ")
	if r := []rune(note); len(r) > maxNote {
		return string(r[:maxNote])
	}
	return note
}

// Tidy gives a text as it is saved: lines that end with \n, without blanks at
// their ends.
func Tidy(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "")
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t\u3000")
	}
	text = strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if text == "" {
		return ""
	}
	return text + "\n"
}
