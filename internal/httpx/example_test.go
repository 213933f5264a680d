package httpx_test

import (
	"fmt"
	"net/http/httptest"

	"hongniang/internal/httpx"
)

func ExampleGate_Decide() {
	gate := httpx.Gate{Token: "the-staff-token", OpenOnLoopback: true}

	r := httptest.NewRequest("POST", "http://localhost:8080/api/v1/needs", nil)
	r.RemoteAddr = "127.0.0.1:51000"
	fmt.Println(gate.Decide(r).Role)

	r.Header.Set("Sec-Fetch-Site", "cross-site")
	fmt.Println(gate.Decide(r).Role)

	r.Header.Set("Authorization", "Bearer the-staff-token")
	fmt.Println(gate.Decide(r).Role)
	// Output:
	// desk
	// visitor
	// staff
}
