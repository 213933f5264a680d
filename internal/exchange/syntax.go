package exchange

import (
	"strings"

	"hongniang/internal/catalog"
)

// The syntax of a cell that holds several values. Items stand one a line; when
// there is only one line, ； separates them, and in lists of short values 、
// or commas too. Parts of an item are separated by |. A backslash takes the
// separator behind it literally; before anything else it is a backslash.
const (
	lineSep    = "\n"
	itemSeps   = "；;"
	shortSeps  = "、"
	commaSeps  = "，,"
	partSeps   = "|｜"
	separators = lineSep + itemSeps + shortSeps + commaSeps + partSeps
)

// escape puts a backslash before every rune of seps, and before those
// backslashes that would otherwise escape something.
func escape(s, seps string) string {
	if !strings.ContainsAny(s, seps+`\`) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		rest := s[i:]
		switch {
		case r == '\\' && (len(rest) == 1 || strings.ContainsRune(separators+`\`, firstRune(rest[1:]))):
			b.WriteString(`\\`)
		case r != '\\' && strings.ContainsRune(seps, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func escapeItem(s string) string { return escape(s, lineSep) }
func escapePart(s string) string { return escape(s, lineSep+partSeps) }

// unescape takes away what escape put in.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	skip := false
	for i, r := range s {
		if r == '\\' && !skip && strings.ContainsRune(separators+`\`, firstRune(s[i+1:])) && i+1 < len(s) {
			skip = true
			continue
		}
		skip = false
		b.WriteRune(r)
	}
	return b.String()
}

// split cuts at the unescaped runes of seps and leaves the escapes in.
func split(s, seps string) []string {
	var out []string
	from, skip := 0, false
	for i, r := range s {
		switch {
		case skip:
			skip = false
		case r == '\\' && i+1 < len(s) && strings.ContainsRune(separators+`\`, firstRune(s[i+1:])):
			skip = true
		case strings.ContainsRune(seps, r):
			out = append(out, s[from:i])
			from = i + len(string(r))
		}
	}
	return append(out, s[from:])
}

// escapeOpen escapes the runes of seps that are not escaped yet.
func escapeOpen(s, seps string) string {
	pieces := split(s, seps)
	var b strings.Builder
	at := 0
	for i, piece := range pieces {
		b.WriteString(piece)
		at += len(piece)
		if i < len(pieces)-1 {
			sep := string(firstRune(s[at:]))
			b.WriteString(`\` + sep)
			at += len(sep)
		}
	}
	return b.String()
}

// joinItems writes escaped items as a cell that splitItems reads back.
func joinItems(f catalog.FieldInfo, items []string) string {
	if len(items) != 1 {
		return strings.Join(items, lineSep)
	}
	item := escapeOpen(items[0], itemSeps)
	if seps := inlineSeps(f); seps != "" && len(split(item, seps)) > 1 {
		return item + "；"
	}
	return item
}

// inlineSeps are the weak separators of a list of short values; none for
// values that are phrases, which contain them.
func inlineSeps(f catalog.FieldInfo) string {
	switch {
	case f.Type == catalog.Group:
		return ""
	case f.Vocab != "" || f.Format != "" || f.Ref != "" || f.MaxRunes > 0 && f.MaxRunes <= 40:
		return shortSeps + commaSeps
	case f.MaxRunes <= 100:
		return shortSeps
	}
	return ""
}

// splitItems cuts a cell into its items, escapes left in, blank ones left out.
func splitItems(f catalog.FieldInfo, s string) []string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	items := split(s, lineSep)
	if len(items) == 1 {
		items = split(s, itemSeps)
	}
	if len(items) == 1 {
		items = splitWeak(f, s)
	}
	out := items[:0]
	for _, item := range items {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

func splitWeak(f catalog.FieldInfo, s string) []string {
	seps := inlineSeps(f)
	if f.Type == catalog.Group && f.Items[0].MaxRunes <= 40 && len(split(s, partSeps)) == 1 {
		seps = shortSeps // a mere list of names
	}
	if f.Vocab != "" {
		if _, known := catalog.Vocab(f.Vocab).Parse(s); known {
			return []string{s}
		}
	}
	for _, sep := range []string{shortSeps, commaSeps} {
		if strings.Contains(seps, sep) {
			if items := split(s, sep); len(items) > 1 {
				return items
			}
		}
	}
	return []string{s}
}

// joinParts writes the escaped parts of a group; blank ones at the end are left
// off.
func joinParts(parts []string) string {
	n := len(parts)
	for n > 0 && parts[n-1] == "" {
		n--
	}
	if n == 0 {
		return "|"
	}
	return strings.Join(parts[:n], "|")
}
