package view

import (
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
)

// Claims is the page of who decides on claims.
type Claims struct {
	Items   []Claim
	Problem string
	Granted *Granted
}

// Claim is one claim in the list.
type Claim struct {
	Code, Name, Phone, Words, At string
	Registered                   string // the contact that staff noted, whom to call
	Record                       Link
	Open                         bool
	State                        string // in words, of a decided one
}

// Granted is what the broker tells the claimant on the telephone.
type Granted struct {
	Name, Phone, Login, OneTimePassword string
}

// BuildClaim makes one line of the list.
func BuildClaim(c account.Claim, rec catalog.Record) Claim {
	v := Claim{
		Code: c.Code, Name: c.Name, Phone: c.Phone, Words: c.Words, At: minute(c.CreatedAt), Open: c.State == account.ClaimOpen,
		Record: Link{Text: KindLabel(rec.Kind()) + "“" + rec.Heading() + "”", URL: RecordURL(rec.Kind(), rec.Base().Code)},
	}
	if contact := contactOf(rec); contact != nil {
		v.Registered = strings.TrimSpace(contact.Name + " " + contact.Phone)
	}
	switch c.State {
	case account.ClaimGranted:
		v.State = c.DecidedBy + "已同意，" + minute(c.DecidedAt)
	case account.ClaimRefused:
		v.State = c.DecidedBy + "未同意：" + c.Reason
	}
	return v
}

// contactOf is the contact of what can be claimed; who decides reads it whole.
func contactOf(rec catalog.Record) *catalog.Contact {
	switch r := rec.(type) {
	case *catalog.Expert:
		return r.Contact
	case *catalog.Studio:
		return r.Contact
	}
	return nil
}

// BuildGranted says what is to be told; a user who had an account keeps it.
func BuildGranted(c account.Claim, u account.User, oneTime string) *Granted {
	return &Granted{Name: c.Name, Phone: c.Phone, Login: u.Login, OneTimePassword: oneTime}
}

// ClaimURL is where somebody claims a record; "" for kinds that nobody claims.
func ClaimURL(kind catalog.Kind, code string) string {
	if kind != catalog.KindExpert && kind != catalog.KindStudio {
		return ""
	}
	return RecordURL(kind, code) + "/claim"
}
