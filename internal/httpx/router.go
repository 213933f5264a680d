package httpx

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Router makes a router and lets each part mount its routes, in order; a later
// part may answer unknown addresses instead of an earlier one.
func Router(parts ...func(*gin.Engine)) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.ContextWithFallback = true
	for _, mount := range parts {
		mount(engine)
	}
	return engine
}
