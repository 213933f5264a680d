package view

import (
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/offer"
)

// OfferURL is where somebody says that he can help with a need; OfferBackURL is
// where he takes it back.
func OfferURL(need string) string { return RecordURL(catalog.KindNeed, need) + "/offer" }

// OfferBackURL is where an offer is taken back.
func OfferBackURL(need string) string { return OfferURL(need) + "/back" }

// OfferForm lets a person say that he can help with a need.
type OfferForm struct {
	Anchor    string // id of its place on the page
	URL, Back string
	Made      string // since when he offers; "" when he does not
	Note      string // as it was said, or typed
	Max       int
	Problem   string
	Fault     string // of the note
}

// BuildOfferForm makes the form from what was said already; nil: nothing.
func BuildOfferForm(need string, said *offer.Offer) *OfferForm {
	f := &OfferForm{Anchor: "offer", URL: OfferURL(need), Back: OfferBackURL(need), Max: offer.MaxNote}
	if said != nil {
		f.Made, f.Note = minute(said.At), said.Note
	}
	return f
}

// Refuse shows the form again with what was typed.
func (f *OfferForm) Refuse(note string, err error) {
	e := errs.As(err)
	f.Note, f.Problem = note, e.Message
	for _, d := range e.Fields {
		if d.Field == "note" {
			f.Fault, f.Problem = d.Message, ""
		}
	}
}

// OfferLine is one offer as who carries the need reads it.
type OfferLine struct {
	Name, URL, Code, Note, At string
	Introduce                 string // where an introduction is begun; "" for who may not
}

// BuildOffers makes the lines; introduce gives each its link.
func BuildOffers(list []offer.Offer, introduce bool) []OfferLine {
	var out []OfferLine
	for _, o := range list {
		l := OfferLine{Name: o.Name, Code: o.Person, URL: RecordURL(catalog.KindExpert, o.Person), Note: o.Note, At: minute(o.At)}
		if introduce {
			l.Introduce = "/introductions/new?need=" + o.Need + "&target=expert%2F" + o.Person
		}
		out = append(out, l)
	}
	return out
}
