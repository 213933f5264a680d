package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlacesAreComplete(t *testing.T) {
	t.Parallel()
	count := map[int]int{}
	seen := map[string]bool{}
	for _, p := range Places() {
		if len(p.Code) != 6 || seen[p.Code] || p.Name == "" {
			t.Errorf("place %+v: malformed, nameless or listed twice", p)
		}
		seen[p.Code] = true
		if level := placeLevel(p.Code); level > 1 && !seen[p.Code[:2]+"0000"] {
			t.Errorf("%s %s stands before its province", p.Code, p.Name)
		}
		if strings.HasSuffix(p.Code, "00") {
			count[placeLevel(p.Code)]++
		}
	}
	if diff := cmp.Diff(map[int]int{1: 34, 2: 333}, count); diff != "" {
		t.Errorf("provinces and prefectures (-want +got):\n%s", diff)
	}
}

func TestParsePlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"371000":      "371000",
		" ３７１０００ ":    "371000",
		"威海":          "371000",
		"威海市":         "371000",
		"山东威海":        "371000",
		"山东省威海市":      "371000",
		"山东省 威海市 环翠区": "371002",
		"山东省威海环翠":     "371002",
		"荣成":          "371082",
		"濟南市":         "370100",
		"瀋陽":          "210100",
		"内蒙古":         "150000",
		"新疆":          "650000",
		"香港":          "810000",
		"广西壮族自治区":     "450000",
		"吉林":          "220000", // the province
		"吉林市":         "220200",
		"吉林省吉林市":      "220200",
		"海南":          "460000",
		"青海海南州":       "632500",
		"朝阳":          "211300", // the city, not a district
		"朝阳区":         "110105",
		"北京朝阳":        "110105",
		"朝阳县":         "211321",
		"南通通州区":       "320612",
		"北京市通州区":      "110112",
		"济南市市中区":      "370103",
		"山东省枣庄市市中区":   "370402",
		"沈阳铁西区":       "210106",
		"鞍山市铁西区":      "210303",
		"龙港市":         "330383",
		"葫芦岛龙港区":      "211403",
		"抚顺":          "210400",
		"抚顺县":         "210421",
		"恩施":          "422800",
		"延边州":         "222400",
		"兴安":          "152200",
		"大兴安岭":        "232700",
		"阿勒泰":         "654300",
		"神农架":         "429021",
		"济源市":         "419001",
		"青岛西海岸新区":     "370211",
		"320506":      "320506", // an unlisted county of Suzhou
		"内蒙古自治区锡林郭勒盟": "152500",
		"新疆维吾尔自治区伊犁哈萨克自治州": "654000",
		"云南省昆明市寻甸县":        "530129",
		"云南省昆明市石林彝族自治县":    "530126",
		"重庆市酉阳土家族苗族自治县":    "500242",
		"海南省琼中黎族苗族自治县":     "469030",
		"上海市浦东":            "310115",
		"黑龙江省大兴安岭地区":       "232700",
		"贵州省黔东南苗族侗族自治州":    "522600",
		"青海省海西蒙古族藏族自治州":    "632800",
		"宁夏回族自治区银川市":       "640100",
		"西藏阿里地区":           "542500",
		"辽宁省大连市旅顺口区":       "210212",
		"辽宁省大连市旅顺":         "210212",
		"抚顺市新宾满族自治县":       "210422",
		"山东省济南市莱芜区":        "370116",
		"山东省烟台市蓬莱区":        "370614",
		"山东省潍坊市诸城市":        "370782",
		"山东省菏泽市郓城县":        "371725",
		"山东省 临沂市 河东区":      "371312",
		"天津市河东区":           "120102",
	} {
		if got, ok := ParsePlace(text); !ok || got != want {
			t.Errorf("ParsePlace(%q) = %q %v, want %q", text, got, ok, want)
		}
	}
}

func TestParsePlaceRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "省", "市", "火星", "999999", "37100", "山东省北京市", "威海沈阳", strings.Repeat("山东省", 1000), "市中区", "铁西区", "通州", "37100a", "威海市环翠区孙家疃",
	} {
		if got, ok := ParsePlace(text); ok {
			t.Errorf("ParsePlace(%q) = %q, want it refused", text, got)
		}
	}
}

func TestPlaceNamesAndPaths(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][]string{
		"370000": {"山东省"},
		"371000": {"山东省", "威海市"},
		"371002": {"山东省", "威海市", "环翠区"},
		"110105": {"北京市", "朝阳区"},
		"419001": {"河南省", "济源市"},
		"320506": {"江苏省", "苏州市"}, // the county itself is not listed
		"":       nil,
		"999999": nil,
		"37":     nil,
	} {
		if diff := cmp.Diff(want, PlacePath(code)); diff != "" {
			t.Errorf("PlacePath(%q) (-want +got):\n%s", code, diff)
		}
	}
	if got := PlaceName("3710xx"); got != "" {
		t.Errorf("PlaceName of a malformed code = %q", got)
	}
}

// Every place is found again by the path of its own names.
func TestEveryPlaceReadsItsOwnPath(t *testing.T) {
	t.Parallel()
	for _, p := range Places() {
		path := strings.Join(PlacePath(p.Code), "")
		if got, ok := ParsePlace(path); !ok || got != p.Code {
			t.Errorf("ParsePlace(%q) = %q %v, want %q", path, got, ok, p.Code)
		}
	}
}

func FuzzParsePlace(f *testing.F) {
	f.Add("山东省威海市")
	f.Add("371000")
	f.Add("市市市市市市\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if code, ok := ParsePlace(text); ok && PlaceName(code) == "" {
			t.Errorf("ParsePlace(%q) = %q, which has no name", text, code)
		}
	})
}
