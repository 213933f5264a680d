package catalog

import "context"

// Directory answers what accounts have to know of the catalogue.
type Directory struct{ From Getter }

// OrganisationKind gives the kind of an organisation, a value of the vocabulary
// organisation_kind. Errors: NotFound, for a removed one too.
func (d Directory) OrganisationKind(ctx context.Context, code string) (string, error) {
	rec, err := d.From.Get(ctx, KindOrganisation, code)
	if err != nil {
		return "", err
	}
	org, ok := rec.(*Organisation)
	if !ok || org.Deleted() {
		return "", NotFoundError(KindOrganisation, code)
	}
	return org.OrganisationKind, nil
}

// HasPerson is nil when the expert is there. Errors: NotFound, for a removed one
// too.
func (d Directory) HasPerson(ctx context.Context, code string) error {
	rec, err := d.From.Get(ctx, KindExpert, code)
	if err == nil && rec.Base().Deleted() {
		return NotFoundError(KindExpert, code)
	}
	return err
}
