package personal

import "testing"

func TestWithoutName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, text, name, want string }{
		{"name", "王强", "王强", Gone},
		{"name", "王强生", "王强", "王强生"},
		{"name", "王强、李四", "王强", Gone + "、李四"},
		{"text", "和王强生前同事王强通了电话，约好下周一到厂里看设备", "王强", "和" + Gone + "生前同事" + Gone + "通了电话，约好下周一到厂里看设备"},
		{"text", "访欧阳金雀记", "欧阳金雀", "访" + Gone + "记"},
		{"sha256", "ab12ab", "ab", "ab12ab"},
		{"enterprise_code", "王强", "王强", "王强"},
		{"text", "admin said: administrators", "admin", Gone + " said: administrators"},
		{"name", "", "王强", ""},
	} {
		if got := withoutName(c.key, c.text, c.name); got != c.want {
			t.Errorf("%s %q without %q: %q, want %q", c.key, c.text, c.name, got, c.want)
		}
	}
}

// A number that is given for somebody else stays with him.
func TestContactsOfOthersStay(t *testing.T) {
	t.Parallel()
	him := traits{Person: "ZJ-1", Names: []string{"欧阳金雀"}, Phones: []string{"06315550000"}}
	body, err := him.rewrite([]byte(`{"contact":{"name":"厂办","phone":"0631-5550000"},"other":{"name":"欧阳金雀","phone":"0631-5550000"},"third":{"phone":"0631-5550000"}}`))
	if err != nil || string(body) != `{"contact":{"name":"厂办","phone":"0631-5550000"},"other":null,"third":null}` {
		t.Errorf("%s %v", body, err)
	}
}
