package view

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

func TestRecordJSONLD(t *testing.T) {
	meta := catalog.Meta{Code: "K-1", Status: "published", RegionCode: "371000"}
	place := strings.Join(catalog.PlacePath("371000"), "")
	tests := []struct {
		rec  catalog.Record
		want map[string]any
	}{
		{&catalog.Need{Meta: meta, Title: "标题", SummaryPublic: "简介", NeedType: "quality", ValidTo: "2027-01-01"}, map[string]any{
			"@type": "Demand", "@id": "https://h/needs/K-1", "url": "https://h/needs/K-1", "name": "标题", "description": "简介", "identifier": "K-1", "availabilityEnds": "2027-01-01",
			"itemOffered": map[string]any{"@type": "Service", "name": "标题", "serviceType": "质量提升"}, "areaServed": map[string]any{"@type": "AdministrativeArea", "name": place}}},
		{&catalog.Result{Meta: meta, Title: "标题", Completers: []catalog.Completer{{Name: "甲", ExpertCode: "ZJ-1"}}, EndMonth: "2024-06", AskingPriceWan: 5}, map[string]any{
			"@type": "CreativeWork", "@id": "https://h/results/K-1", "url": "https://h/results/K-1", "name": "标题", "identifier": "K-1", "inLanguage": "zh-CN", "dateCreated": "2024-06",
			"author": []any{map[string]any{"@type": "Person", "name": "甲", "url": "https://h/experts/ZJ-1"}}, "offers": map[string]any{"@type": "Offer", "price": 50000.0, "priceCurrency": "CNY"}}},
		{&catalog.Expert{Meta: meta, Name: "甲", EmployerName: "厂", JobRole: "班长", Keywords: []string{"电主轴"}}, map[string]any{
			"@type": "Person", "@id": "https://h/experts/K-1", "url": "https://h/experts/K-1", "name": "甲", "identifier": "K-1", "jobTitle": "班长", "knowsAbout": []any{"电主轴"},
			"worksFor": []any{map[string]any{"@type": "Organization", "name": "厂"}}, "homeLocation": map[string]any{"@type": "AdministrativeArea", "name": place}}},
		{&catalog.Organisation{Meta: meta, Name: "厂", ShortNames: []string{"小厂"}}, map[string]any{
			"@type": "Organization", "@id": "https://h/organisations/K-1", "url": "https://h/organisations/K-1", "name": "厂", "identifier": "K-1", "alternateName": []any{"小厂"},
			"location": map[string]any{"@type": "AdministrativeArea", "name": place}}},
	}
	for _, tt := range tests {
		data, err := json.Marshal(RecordJSONLD("https://h", tt.rec))
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Context string           `json:"@context"`
			Graph   []map[string]any `json:"@graph"`
		}
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if got.Context != "https://schema.org" || len(got.Graph) != 2 || got.Graph[1]["@type"] != "BreadcrumbList" {
			t.Errorf("%s: %s", tt.rec.Kind(), data)
		}
		if place == "" { // the gazetteer may know no places yet
			delete(tt.want, "areaServed")
			delete(tt.want, "homeLocation")
			delete(tt.want, "location")
		}
		if diff := cmp.Diff(tt.want, got.Graph[0]); diff != "" {
			t.Errorf("%s: %s", tt.rec.Kind(), diff)
		}
	}
}
