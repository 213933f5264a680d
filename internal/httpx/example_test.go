package httpx_test

import (
	"fmt"
	"net/http/httptest"

	"hongniang/internal/account"
	"hongniang/internal/httpx"
)

func ExampleGate_Decide() {
	gate := httpx.Gate{Token: "the-operators-token"}

	r := httptest.NewRequest("POST", "http://localhost:8080/api/v1/needs", nil)
	fmt.Println(gate.Decide(r).Check(account.NeedCreate) == nil)

	r.Header.Set("Authorization", "Bearer the-operators-token")
	fmt.Println(gate.Decide(r).Check(account.NeedCreate) == nil)
	// Output:
	// false
	// true
}
