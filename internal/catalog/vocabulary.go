package catalog

import (
	"strings"
	"sync"

	"hongniang/configs"
	"hongniang/internal/zh"
)

// Choice is one value of a vocabulary.
type Choice struct {
	Key   string
	Label string // Chinese, as shown
	Also  []string
}

// Vocabulary is a closed list of values with their Chinese labels, in the
// order in which a form shows them. The lists are configs/vocabularies.tsv.
type Vocabulary struct {
	Name    string
	Choices []Choice
	byText  map[string]string
	labels  map[string]string
}

var vocabularies = sync.OnceValue(readVocabularies)

// Vocab gives the vocabulary of that name; an unknown name gives an empty one.
func Vocab(name string) *Vocabulary {
	if v, ok := vocabularies()[name]; ok {
		return v
	}
	return &Vocabulary{Name: name}
}

// Label gives the Chinese label of a key, and the key itself when unknown.
func (v *Vocabulary) Label(key string) string {
	if label, ok := v.labels[key]; ok {
		return label
	}
	return key
}

// Has tells whether key is a value.
func (v *Vocabulary) Has(key string) bool {
	_, ok := v.labels[key]
	return ok
}

// Parse finds the key for what a person wrote: key, label or an accepted other
// name, in any width, case and script.
func (v *Vocabulary) Parse(text string) (key string, ok bool) {
	key, ok = v.byText[foldKey(text)]
	return key, ok
}

// Labels lists the labels in order.
func (v *Vocabulary) Labels() []string {
	out := make([]string, len(v.Choices))
	for i, c := range v.Choices {
		out[i] = c.Label
	}
	return out
}

func (v *Vocabulary) add(c Choice) {
	v.Choices = append(v.Choices, c)
	v.labels[c.Key] = c.Label
	for _, text := range append([]string{c.Key, c.Label}, c.Also...) {
		if _, taken := v.byText[foldKey(text)]; !taken {
			v.byText[foldKey(text)] = c.Key
		}
	}
}

func readVocabularies() map[string]*Vocabulary {
	out := map[string]*Vocabulary{}
	for _, row := range table("vocabularies.tsv") {
		v := out[row[0]]
		if v == nil {
			v = &Vocabulary{Name: row[0], byText: map[string]string{}, labels: map[string]string{}}
			out[row[0]] = v
		}
		c := Choice{Key: row[1], Label: row[2]}
		if len(row) > 3 && row[3] != "" {
			c.Also = strings.Split(row[3], "；")
		}
		v.add(c)
	}
	return out
}

// ParseResultKind reads a result kind in the wording of a region: 五小 is
// named differently by place. region is a GB/T 2260 code or empty.
func ParseResultKind(text, region string) (key string, ok bool) {
	folded := foldKey(text)
	best := -1
	for _, row := range resultKindAliases() {
		local := row[0] != "00"
		if foldKey(row[1]) != folded || (local && !strings.HasPrefix(region, row[0])) {
			continue
		}
		if rank := len(strings.Trim(row[0], "0")); rank > best {
			best, key = rank, row[2]
		}
	}
	if best >= 0 {
		return key, true
	}
	return Vocab("result_kind").Parse(text)
}

var resultKindAliases = sync.OnceValue(func() [][]string { return table("result_kind_aliases.tsv") })

// table reads an embedded TSV file without its comments and empty lines.
func table(name string) [][]string {
	data, err := configs.Files.ReadFile(name)
	if err != nil {
		return nil
	}
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}

// foldKey is the form under which names and labels are compared: folded, no
// white space.
func foldKey(s string) string { return strings.Join(strings.Fields(zh.Fold(s)), "") }

// naturalKey joins folded parts; it is empty when the first part is.
func naturalKey(parts ...string) string {
	if foldKey(parts[0]) == "" {
		return ""
	}
	folded := make([]string, len(parts))
	for i, p := range parts {
		folded[i] = foldKey(p)
	}
	return strings.Join(folded, "\x1f")
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// legalForms are the ends of company names that people leave off.
var legalForms = []string{"股份有限公司", "有限责任公司", "有限公司", "集团", "公司", "技术", "科技"}

// shortOrgName strips a company name of its legal form, for finding it in text.
func shortOrgName(name string) string {
	short := foldKey(name)
	for _, form := range legalForms {
		if s := strings.TrimSuffix(short, form); len([]rune(s)) >= 3 {
			short = s
		}
	}
	return short
}
