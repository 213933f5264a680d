package catalog

import "testing"

func TestIndustriesAreComplete(t *testing.T) {
	t.Parallel()
	sections, divisions := 0, 0
	for i, in := range Industries() {
		switch len(in.Code) {
		case 1:
			if sections++; in.Code != string(rune('A'+i)) {
				t.Errorf("section %d is %s", i, in.Code)
			}
		case 2:
			divisions++
		default:
			t.Errorf("%+v is neither section nor division", in)
		}
		if IndustryName(in.Code) != in.Name {
			t.Errorf("IndustryName(%q) = %q, want %q", in.Code, IndustryName(in.Code), in.Name)
		}
	}
	if sections != 20 || divisions != 97 {
		t.Errorf("%d sections and %d divisions, want 20 and 97", sections, divisions)
	}
}

func TestParseIndustry(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"C": "C", "c": "C", "C34": "34", "Ｃ３４": "34", "34": "34", "345": "345", "C3451": "3451",
		"通用设备制造业": "34", "制造业": "C", "教育": "83", "国际组织": "97", "專用設備製造業": "35",
		"电气机械和器材制造业": "38", "01": "01",
	} {
		if got, ok := ParseIndustry(text); !ok || got != want {
			t.Errorf("ParseIndustry(%q) = %q %v, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "U", "98", "00", "3", "34abc", "AC34", "34年", "34512", "造船"} {
		if got, ok := ParseIndustry(text); ok {
			t.Errorf("ParseIndustry(%q) = %q, want it refused", text, got)
		}
	}
}

func TestIndustryNameOfClass(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"3451": "通用设备制造业", "C34": "通用设备制造业", "9999": "", "x": ""} {
		if got := IndustryName(code); got != want {
			t.Errorf("IndustryName(%q) = %q, want %q", code, got, want)
		}
	}
}

// Every division is in the scope of exactly one section.
func TestIndustryScope(t *testing.T) {
	t.Parallel()
	sections := map[string]string{}
	for _, in := range Industries() {
		scope := IndustryScope(in.Code)
		if len(scope) == 0 || scope[0] != in.Code {
			t.Errorf("IndustryScope(%q) = %v", in.Code, scope)
		}
		if len(in.Code) == 2 {
			if sections[in.Code] == "" || len(scope) != 1 {
				t.Errorf("%s belongs to no section, or has a scope of %v", in.Code, scope)
			}
			continue
		}
		for _, division := range scope[1:] {
			if sections[division] != "" {
				t.Errorf("%s belongs to %s and %s", division, sections[division], in.Code)
			}
			sections[division] = in.Code
		}
	}
	for code, want := range map[string]string{"34": "C", "43": "C", "44": "D", "01": "A", "97": "T", "83": "P"} {
		if sections[code] != want {
			t.Errorf("%s belongs to %s, want %s", code, sections[code], want)
		}
	}
	if got := IndustryScope("3451"); len(got) != 1 || got[0] != "34" {
		t.Errorf("IndustryScope of a class = %v", got)
	}
	if got := IndustryScope("nothing"); got != nil {
		t.Errorf("IndustryScope of nothing = %v", got)
	}
}
