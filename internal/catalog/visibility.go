package catalog

// PublicView gives a copy of a record with everything left out that only staff
// may see, and false when the public may not see the record at all: drafts,
// removed or internal records, needs kept for brokers, people who refused a
// public profile. Of a person whose consent nobody noted, what staff published is
// shown: name, post and skills, never contact or birth.
func PublicView(rec Record) (Record, bool) {
	if !isPublic(rec) {
		return nil, false
	}
	out := Clone(rec)
	out.redact()
	dropUnconfirmed(out)
	m := out.Base()
	m.CreatedBy, m.UpdatedBy, m.Source, m.ExternalID, m.Pending, m.Decided = "", "", nil, "", nil, nil
	return out, true
}

// Preview is the public view that a record has once it is published, whatever its
// state is now; false when the public never sees it: by its visibility, its
// confidentiality, its secrecy, a consent that was not given, or because it is
// deleted.
func Preview(rec Record) (Record, bool) {
	out := Clone(rec)
	if m := out.Base(); !openStatuses[m.Status] {
		m.Status = "published"
	}
	return PublicView(out)
}

// openStatuses are the states in which a record is shown to everybody.
var openStatuses = map[string]bool{
	"published": true, "matching": true, "introduced": true, "signed": true,
	"implementing": true, "solved": true, "closed": true, "expired": true,
}

func isPublic(rec Record) bool {
	m := rec.Base()
	if m.Deleted() || m.Visibility == "internal" || !openStatuses[m.Status] {
		return false
	}
	switch r := rec.(type) {
	case *Need:
		return r.Confidentiality != "broker_only" && r.Confidentiality != "nda"
	case *Result:
		return r.Secrecy != "internal"
	case *Expert:
		return r.Consent == nil || r.Consent.ProfilePublic
	}
	return true
}
