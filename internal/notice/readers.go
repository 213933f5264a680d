package notice

import (
	"context"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Readers finds who stands behind an address: accounts first, and where there are
// none the contact that the record of a person or an organisation names.
type Readers struct {
	Users func(ctx context.Context, after string, limit int) ([]account.User, error)
	// User reads one account; nil: all are read to find it.
	User    func(ctx context.Context, code string) (account.User, error)
	Records catalog.Getter
	Store   account.Store // of preferences
}

// Recipient is one of those whom letters go to.
type Recipient struct {
	Key  string // the address of his own: ToUser, or that of a record
	Name string
	Mail string // "" when none is known
	// User is his account; the zero one for a contact of a record.
	User account.User

	prefers Preferences
}

// People are accounts as of one moment: everybody's, or those behind some addresses.
type People struct {
	readers *Readers
	users   []account.User
	behind  map[string][]account.User // by address
}

// People reads all accounts that are in use.
func (r *Readers) People(ctx context.Context) (*People, error) {
	out := &People{readers: r, behind: map[string][]account.User{}}
	for after := ""; ; {
		users, err := r.Users(ctx, after, userPage)
		if err != nil {
			return nil, err
		}
		for _, u := range users {
			after = u.Code
			if !u.Disabled {
				out.add(u)
			}
		}
		if len(users) < userPage {
			return out, nil
		}
	}
}

const userPage = 500

// Behind reads the accounts behind some addresses, as far as each is of one account;
// else all, for nothing but they themselves tells whose an organisation is.
func (r *Readers) Behind(ctx context.Context, readers ...string) (*People, error) {
	ofMany := func(reader string) bool { return !strings.HasPrefix(reader, toUser) }
	if r.User == nil || slices.ContainsFunc(readers, ofMany) {
		return r.People(ctx)
	}
	out := &People{readers: r, behind: map[string][]account.User{}}
	for _, reader := range readers {
		u, err := r.User(ctx, strings.TrimPrefix(reader, toUser))
		switch {
		case errs.Is(err, errs.NotFound):
		case err != nil:
			return nil, err
		case !u.Disabled:
			out.add(u)
		}
	}
	return out, nil
}

// add notes an account under every address that it answers to.
func (p *People) add(u account.User) {
	p.users = append(p.users, u)
	at := func(addresses []string) {
		for _, a := range addresses {
			p.behind[a] = append(p.behind[a], u)
		}
	}
	at(address(toUser, u.Code))
	at(address(toPerson, u.Person))
	switch u.Role {
	case account.Enterprise, account.Provider:
		at(address(toOrg, u.Org))
	case account.Leader:
		at(address(toLeader, u.Org))
	}
}

// matching gives the accounts behind an address.
func (p *People) matching(reader string) []account.User { return p.behind[reader] }

// Brokers gives the addresses of the brokers of the first of some unions that has
// any: the managing union comes first, then those above it.
func (p *People) Brokers(unions []string) []string {
	for _, union := range unions {
		var out []string
		for _, u := range p.users {
			if u.Role == account.Broker && u.Org == union {
				out = append(out, ToUser(u.Code))
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// Readers gives the addresses, each of one reader, that an address stands for: its
// accounts, or itself when it has none.
func (p *People) Readers(reader string) []string {
	var out []string
	for _, u := range p.matching(reader) {
		out = append(out, ToUser(u.Code))
	}
	if len(out) == 0 {
		return []string{reader}
	}
	return out
}

// Recipients gives whom letters to an address go to. Who has no mail address is
// among them.
func (p *People) Recipients(ctx context.Context, reader string) ([]Recipient, error) {
	var out []Recipient
	reached := false
	for _, u := range p.matching(reader) {
		r := Recipient{Key: ToUser(u.Code), Name: u.Name, User: u}
		var err error
		if r.prefers, err = preferencesOf(ctx, p.readers.Store, r.Key); err != nil {
			return nil, err
		}
		if r.Mail = r.prefers.Mail; r.Mail == "" && u.Person != "" {
			if r.Mail, _, err = p.readers.contact(ctx, ToPerson(u.Person)); err != nil {
				return nil, err
			}
		}
		reached = reached || r.Mail != ""
		out = append(out, r)
	}
	if reached {
		return out, nil
	}
	address, name, err := p.readers.contact(ctx, reader)
	if err != nil || address == "" {
		return out, err
	}
	prefers, err := preferencesOf(ctx, p.readers.Store, reader)
	return append(out, Recipient{Key: reader, Name: name, Mail: address, prefers: prefers}), err
}

// contact gives the mail address that a record names for those behind it.
func (r *Readers) contact(ctx context.Context, reader string) (address, name string, err error) {
	sort, code, _ := strings.Cut(reader, "/")
	kind := map[string]catalog.Kind{toPerson: catalog.KindExpert, toOrg: catalog.KindOrganisation}[sort+"/"]
	if kind == "" {
		return "", "", nil
	}
	rec, err := r.Records.Get(ctx, kind, code)
	if errs.Is(err, errs.NotFound) || err == nil && rec.Base().Deleted() {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	var contact *catalog.Contact
	switch rec := rec.(type) {
	case *catalog.Expert:
		contact, name = rec.Contact, rec.Name
	case *catalog.Organisation:
		contact, name = rec.Contact, rec.Name
	}
	if contact == nil {
		return "", "", nil
	}
	return contact.Email, name, nil
}
