package wording

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrase is what is said: pieces of text, and gaps.
type phrase []piece

// piece is a text; or a gap; or, where many is set, a word for one thing or for
// many, by the number before it.
type piece struct {
	text, many string
	kind       pieceKind
	number     int    // of a number, from 0
	name       string // of what is said again
}

type pieceKind int

const (
	words pieceKind = iota
	numberGap
	namedGap
	oneOrMany
)

// nothing is what a phrase is that is said by silence, such as a counting word.
const nothing = "{-}"

var pieces = regexp.MustCompile(`\{([a-z]*|\d)\}|\[([^\[\]|]*)\|([^\[\]|]*)\]`)

// readPhrase reads {} (the next number), {2} (the second number), {name}, and
// [record|records].
func readPhrase(text string) (phrase, error) {
	if text == nothing {
		return phrase{}, nil
	}
	var p phrase
	next, at := 0, 0
	for _, m := range pieces.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > at {
			p = append(p, piece{text: text[at:m[0]]})
		}
		at = m[1]
		if m[2] < 0 {
			p = append(p, piece{kind: oneOrMany, text: text[m[4]:m[5]], many: text[m[6]:m[7]], number: max(next-1, 0)})
			continue
		}
		name := text[m[2]:m[3]]
		if n, err := strconv.Atoi(name); err == nil {
			p, next = append(p, piece{kind: numberGap, number: n - 1}), n
		} else if name == "" {
			p, next = append(p, piece{kind: numberGap, number: next}), next+1
		} else {
			p = append(p, piece{kind: namedGap, name: name})
		}
	}
	if at < len(text) {
		p = append(p, piece{text: text[at:]})
	}
	return p, nil
}

// fits says whether a phrase says all that the gaps of another hold.
func (p phrase) fits(names []string) error {
	numbers, said := 0, map[int]bool{}
	for _, name := range names {
		if name == "" {
			numbers++
		} else if !slices.ContainsFunc(p, func(x piece) bool { return x.kind == namedGap && x.name == name }) {
			return errors.New("{" + name + "} is not said")
		}
	}
	for _, x := range p {
		switch {
		case x.kind == namedGap && !slices.Contains(names, x.name):
			return errors.New("{" + x.name + "} is not there")
		case x.kind == oneOrMany && x.number >= numbers || x.kind == numberGap && x.number >= numbers || x.number < 0:
			return errors.New("a number is said that is not there")
		case x.kind == numberGap || x.kind == oneOrMany:
			said[x.number] = true
		}
	}
	if len(said) != numbers {
		return errors.New("a number is not said")
	}
	return nil
}

// fill says a phrase with its gaps filled; a number that is not given stays a gap.
func (p phrase) fill(numbers []string, named map[string]string) string {
	var b strings.Builder
	number := func(i int) string {
		if i < len(numbers) {
			return numbers[i]
		}
		return "{}"
	}
	for _, x := range p {
		switch x.kind {
		case numberGap:
			b.WriteString(number(x.number))
		case namedGap:
			b.WriteString(inside(named[x.name], b.Len() == 0))
		case oneOrMany:
			if number(x.number) == "1" {
				b.WriteString(x.text)
			} else {
				b.WriteString(x.many)
			}
		default:
			b.WriteString(x.text)
		}
	}
	return b.String()
}

// inside makes a phrase part of a sentence: without its capital, unless the
// sentence begins with it, the word is one of capitals, or a day's name.
func inside(text string, first bool) string {
	if strings.HasSuffix(text, "day") {
		return text
	}
	r, n := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(text[n:])
	if first || !unicode.IsUpper(r) || !(unicode.IsLower(second) || second == ' ') {
		return text
	}
	return string(unicode.ToLower(r)) + text[n:]
}
