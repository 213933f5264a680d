package view

import (
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// ld is one JSON-LD node. Values that are empty are left out by put.
type ld map[string]any

func (n ld) put(key string, value any) ld {
	switch v := value.(type) {
	case string:
		if v == "" {
			return n
		}
	case []string:
		if len(v) == 0 {
			return n
		}
	case []ld:
		if len(v) == 0 {
			return n
		}
	case ld:
		if len(v) == 0 {
			return n
		}
	}
	n[key] = value
	return n
}

func node(kind string) ld { return ld{"@type": kind} }

// SiteSentence says in one sentence what this is.
const SiteSentence = "技术红娘把企业解决不了的技术难题，和能解决它的工匠、专家、成果、专利撮合到一起，并说明为什么合适。"

// SiteJSONLD describes the site itself, with its search.
func SiteJSONLD(base string) any {
	return ld{
		"@context": "https://schema.org", "@type": "WebSite", "name": "技术红娘", "url": base + "/", "inLanguage": "zh-CN", "description": SiteSentence,
		"potentialAction": ld{"@type": "SearchAction", "target": ld{"@type": "EntryPoint", "urlTemplate": base + "/search?q={search_term_string}"}, "query-input": "required name=search_term_string"},
	}
}

// RecordJSONLD describes a public view to search engines, with its breadcrumb.
func RecordJSONLD(base string, rec catalog.Record) any {
	d, _ := search.FromRecord(rec)
	n := documentNode(base, d)
	switch r := rec.(type) {
	case *catalog.Need:
		n.put("availabilityStarts", r.ValidFrom).put("availabilityEnds", OrText(r.ValidTo, r.Deadline))
	case *catalog.Result:
		n.put("dateCreated", OrText(r.EndMonth, r.StartMonth)).put("offers", resultOffer(r))
	case *catalog.Patent:
		n.put("dateCreated", r.ApplicationDate).put("datePublished", OrText(r.GrantDate, r.PublicationDate)).
			put("identifier", ld{"@type": "PropertyValue", "propertyID": "申请号", "value": r.ApplicationNo}).put("sameAs", webURL(r.URL))
	case *catalog.Expert:
		n.put("jobTitle", OrText(r.Position, r.JobRole)).put("knowsAbout", append(append([]string{}, r.Keywords...), r.ResearchDirections...))
	case *catalog.Studio:
		n.put("foundingDate", r.NamedAt)
	case *catalog.Organisation:
		n.put("alternateName", r.ShortNames).put("taxID", r.USCC).put("address", r.Address)
	}
	return graph(base, n, d)
}

// DocumentJSONLD is recordJSONLD from what the index holds.
func DocumentJSONLD(base string, d search.Document) any { return graph(base, documentNode(base, d), d) }

func graph(base string, n ld, d search.Document) any {
	var items []ld
	for i, c := range Crumbs(d.Kind, d.Title) {
		item := ld{"@type": "ListItem", "position": i + 1, "name": c.Text}
		if c.URL != "" {
			item["item"] = base + c.URL
		}
		items = append(items, item)
	}
	return ld{"@context": "https://schema.org", "@graph": []ld{n, {"@type": "BreadcrumbList", "itemListElement": items}}}
}

var ldTypes = map[catalog.Kind]string{
	catalog.KindNeed: "Demand", catalog.KindResult: "CreativeWork", catalog.KindPatent: "CreativeWork",
	catalog.KindExpert: "Person", catalog.KindStudio: "Organization", catalog.KindOrganisation: "Organization",
}

func documentNode(base string, d search.Document) ld {
	url := base + RecordURL(d.Kind, d.Code)
	n := node(ldTypes[d.Kind]).put("@id", url).put("url", url).put("name", d.Title).put("description", Shorten(d.Summary, 300)).put("identifier", d.Code)
	switch d.Kind {
	case catalog.KindNeed:
		n.put("areaServed", place(d.Region)).put("itemOffered", node("Service").put("name", d.Title).put("serviceType", typeNames(d)))
	case catalog.KindResult, catalog.KindPatent:
		n.put("inLanguage", "zh-CN").put("genre", typeNames(d)).put("keywords", strings.Join(d.Keywords, ",")).put("author", persons(base, d.People)).
			put("sourceOrganization", orgs(d.Orgs)).put("award", d.HonourNames)
	case catalog.KindExpert:
		n.put("award", d.HonourNames).put("worksFor", orgs(d.Orgs)).put("homeLocation", place(d.Region))
	case catalog.KindStudio:
		n.put("employee", persons(base, d.People)).put("parentOrganization", orgs(d.Orgs)).put("award", d.HonourNames).put("location", place(d.Region))
	case catalog.KindOrganisation:
		n.put("location", place(d.Region)).put("keywords", strings.Join(d.Keywords, ","))
	}
	return n
}

func typeNames(d search.Document) string {
	var out []string
	for _, t := range d.Types {
		out = append(out, search.FacetLabel(search.FacetType, t, d.Kind))
	}
	return strings.Join(out, "、")
}

func persons(base string, people []search.Person) []ld {
	var out []ld
	for _, p := range people {
		if p.Name == "" {
			continue
		}
		n := node("Person").put("name", p.Name)
		if p.Code != "" {
			n.put("url", base+RecordURL(catalog.KindExpert, p.Code))
		}
		out = append(out, n)
	}
	return out
}

func orgs(names []string) []ld {
	var out []ld
	for _, name := range names {
		out = append(out, node("Organization").put("name", name))
	}
	return out
}

func place(region string) ld {
	path := catalog.PlacePath(region)
	if len(path) == 0 {
		return nil
	}
	return node("AdministrativeArea").put("name", strings.Join(path, ""))
}

func resultOffer(r *catalog.Result) ld {
	if r.AskingPriceWan <= 0 {
		return nil
	}
	return ld{"@type": "Offer", "price": r.AskingPriceWan * 10_000, "priceCurrency": "CNY"}
}
