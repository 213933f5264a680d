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
