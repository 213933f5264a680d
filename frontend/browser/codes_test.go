package browser_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// demoPassword is that of all the demonstration's logins.
const demoPassword = "hongniang-demo-2026"

// demoCodes has, by a server's address, the codes of the cases that the demonstration
// made there, rising.
var demoCodes sync.Map

// caseCode is the code of an introduction, a review, a common need or a campaign,
// which are numbered by year.
var caseCode = regexp.MustCompile(`\b(DJ|PS|GX|PL)-\d{4}-\d{4,}\b`)

// demoCase is how tests call the first, second, third … that the demonstration has
// of a sort. It dates them back: made in January, it has cases of two years.
var demoCase = regexp.MustCompile(`\b(DJ|PS|GX|PL)-DEMO-\d+\b`)

// coded puts codes where a text calls the demonstration's cases.
func (p *tab) coded(text string) string {
	codes, _ := demoCodes.Load(p.base)
	known, _ := codes.([]string)
	return demoCase.ReplaceAllStringFunc(text, func(called string) string {
		sort, number, _ := strings.Cut(called, "DEMO-")
		of := slices.DeleteFunc(slices.Clone(known), func(c string) bool { return !strings.HasPrefix(c, sort) })
		if nth, _ := strconv.Atoi(number); nth > 0 && nth <= len(of) { // digits, by the expression
			return of[nth-1]
		}
		return called
	})
}

// readCodes asks a server which cases its demonstration has, before anybody adds one.
func readCodes(base string) ([]string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	broker := &http.Client{Jar: jar, Timeout: patience}
	body := fmt.Sprintf(`{"name":"hongniang","password":%q}`, demoPassword)
	res, err := broker.Post(base+"/api/v1/session", "application/json", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	var out []string
	for _, list := range []string{"/introductions", "/reviews", "/groups", "/campaigns"} {
		res, err := broker.Get(base + "/api/v1" + list)
		if err != nil {
			return nil, err
		}
		said, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			return nil, err
		}
		found := caseCode.FindAllString(string(said), -1)
		if len(found) == 0 {
			return nil, fmt.Errorf("%s names no case: %d %.300s", list, res.StatusCode, said)
		}
		out = append(out, found...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
