package analysis

import (
	index "github.com/blevesearch/bleve_index_api"
)

// Everything is a term that the text fields of every document hold once, beside those of
// their text: its postings list the documents and their lengths.
const Everything = "\x00"

// Text is an indexed field with the terms of a text that was cut before, and how often
// each stands there. bleve would make three pieces of memory of each occurrence, to
// count them itself; a document has a thousand.
type Text struct {
	name        string
	length      int
	frequencies index.TokenFrequencies
	room        []index.TokenFreq // for the next terms
}

const (
	// roomFor is how many terms are given memory at once.
	roomFor = 64
	// mostAtFirst bounds how many terms a field has room for before there are any: a text
	// that repeats itself for megabytes has few.
	mostAtFirst = 1 << 12
)

// NewText makes a field without terms; occurrences is about how many are added.
func NewText(name string, occurrences int) *Text {
	return &Text{name: name, frequencies: make(index.TokenFrequencies, min(occurrences/2, mostAtFirst))}
}

// Add adds one occurrence of a term.
func (t *Text) Add(term string) {
	t.length++
	at, known := t.frequencies[term]
	if !known {
		if len(t.room) == 0 {
			t.room = make([]index.TokenFreq, roomFor)
		}
		at, t.room = &t.room[0], t.room[1:]
		t.frequencies[term] = at
	}
	at.SetFrequency(at.Frequency() + 1)
}

// Name is the field's.
func (t *Text) Name() string { return t.name }

// Value is nothing: the text is not kept.
func (t *Text) Value() []byte { return nil }

// ArrayPositions is nothing: there is one text.
func (t *Text) ArrayPositions() []uint64 { return nil }

// EncodedFieldType is that of bleve's texts.
func (t *Text) EncodedFieldType() byte { return 't' }

// Options are those of a field that is searched and nothing else.
func (t *Text) Options() index.FieldIndexingOptions { return index.IndexField }

// Analyze does nothing: the text is cut.
func (t *Text) Analyze() {}

// AnalyzedLength counts the occurrences of all terms.
func (t *Text) AnalyzedLength() int { return t.length }

// AnalyzedTokenFrequencies gives the terms. Their Term is empty: whoever has the field
// once in a document knows them by their key.
func (t *Text) AnalyzedTokenFrequencies() index.TokenFrequencies { return t.frequencies }

// NumPlainTextBytes counts nothing.
func (t *Text) NumPlainTextBytes() uint64 { return 0 }

// Size is about how many bytes the field takes.
func (t *Text) Size() int {
	const term = 128 // its place in the map, and how often it stands there
	return len(t.name) + term*len(t.frequencies)
}
