package indexer

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"

	"hongniang/internal/search"
)

// stored is what the index keeps of a document to show and to match.
type stored struct {
	search.Document
	Text   string   `json:"text,omitempty"`
	Places []string `json:"places,omitempty"`
	Cuts   []byte   `json:"cuts,omitempty"` // see recorder
}

// What is stored is JSON, then, behind a byte that no JSON has, the length of the text in
// bytes, the text, and its cuts as they are: to read them out of JSON took longer than all
// the rest. Older documents have them in it.
const behindJSON = 0

func (s stored) encode() ([]byte, error) {
	text, cuts := s.Text, s.Cuts
	s.Text, s.Cuts = "", nil
	out, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	out = binary.AppendUvarint(append(out, behindJSON), uint64(len(text)))
	return append(append(out, text...), cuts...), nil
}

var errStored = errors.New("the text of a stored document is cut off")

// decode reads what encode wrote. The data may be written over afterwards.
func decode(data []byte) (stored, error) {
	var s stored
	head, rest, apart := bytes.Cut(data, []byte{behindJSON})
	if err := json.Unmarshal(head, &s); err != nil {
		return stored{}, err
	}
	if apart {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return stored{}, errStored
		}
		text := rest[n : n+int(size)]
		s.Text, s.Cuts = string(text), bytes.Clone(rest[n+len(text):])
	}
	s.Document.Text, s.Document.Places = s.Text, s.Places
	return s, nil
}
