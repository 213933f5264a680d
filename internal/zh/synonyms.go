package zh

import (
	"bufio"
	"sort"
	"strings"
	"unicode/utf8"
)

// Synonyms are groups of expressions that mean the same.
type Synonyms struct {
	groups  [][]string // folded
	members map[string][]int
	longest int // runes of the longest member
}

// ParseSynonyms reads one group a line, its members separated by "=", "," or
// "，"; lines that begin with # are comments. A line with one member is passed
// over.
func ParseSynonyms(text string) *Synonyms {
	s := &Synonyms{members: map[string][]int{}}
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		s.add(strings.FieldsFunc(line, func(r rune) bool { return r == '=' || r == ',' || r == '，' || r == '＝' }))
	}
	return s
}

func (s *Synonyms) add(members []string) {
	var group []string
	for _, m := range members {
		if m = strings.TrimSpace(Fold(m)); m != "" {
			group = append(group, m)
		}
	}
	if len(group) < 2 {
		return
	}
	for _, m := range group {
		s.members[m] = append(s.members[m], len(s.groups))
		s.longest = max(s.longest, utf8.RuneCountInString(m))
	}
	s.groups = append(s.groups, group)
}

// Len counts the groups.
func (s *Synonyms) Len() int { return len(s.groups) }

// Found is a member that stands in a text, with what else it may be called.
type Found struct {
	From, To int // runes of the folded text
	Others   []string
}

// Find gives the longest members that stand in the text, left to right,
// without overlap. A Latin member must be a whole run of letters and digits.
func (s *Synonyms) Find(text string) []Found {
	if s == nil || len(s.groups) == 0 {
		return nil
	}
	runes := FoldText(text).Runes
	var out []Found
	for i := 0; i < len(runes); {
		n := s.longestAt(runes, i)
		if n == 0 {
			i++
			continue
		}
		out = append(out, Found{From: i, To: i + n, Others: s.others(string(runes[i : i+n]))})
		i += n
	}
	return out
}

func (s *Synonyms) longestAt(runes []rune, i int) int {
	for n := min(s.longest, len(runes)-i); n >= 2; n-- {
		if _, ok := s.members[string(runes[i:i+n])]; ok && wholeLatin(runes, i, i+n) {
			return n
		}
	}
	return 0
}

// wholeLatin tells whether a piece neither begins nor ends inside a run of
// letters and digits.
func wholeLatin(runes []rune, from, to int) bool {
	inside := func(a, b int) bool {
		return a >= 0 && b < len(runes) && isAlnum(runes[a]) && isAlnum(runes[b])
	}
	return !inside(from-1, from) && !inside(to-1, to)
}

// Others gives what else a folded expression may be called; none when it is no
// member.
func (s *Synonyms) Others(expression string) []string {
	if s == nil {
		return nil
	}
	return s.others(expression)
}

func (s *Synonyms) others(member string) []string {
	var out []string
	seen := map[string]bool{member: true}
	for _, g := range s.members[member] {
		for _, m := range s.groups[g] {
			if !seen[m] {
				seen[m] = true
				out = append(out, m)
			}
		}
	}
	sort.Strings(out)
	return out
}

// Variants rewrites a text with each synonym of each member found in it, one
// replacement a variant, at most limit of them.
func (s *Synonyms) Variants(text string, limit int) []string {
	runes := FoldText(text).Runes
	var out []string
	for _, f := range s.Find(text) {
		for _, other := range f.Others {
			if len(out) == limit {
				return out
			}
			out = append(out, string(runes[:f.From])+other+string(runes[f.To:]))
		}
	}
	return out
}
