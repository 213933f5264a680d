package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
)

// Reindexed is the answer to a rebuild of the index.
type Reindexed struct {
	Documents int `json:"documents" doc:"Public documents in the new index"`
}

type reindexOut struct{ Body Reindexed }

func (a *API) mountReindex() {
	register(a, operation{action: account.IndexRebuild, Operation: huma.Operation{OperationID: "reindex", Method: http.MethodPost, Path: "/reindex",
		Summary: "从数据库重建检索索引；其间检索照常", Tags: []string{"系统"}}}, a.reindex)
}

func (a *API) reindex(ctx context.Context, _ *struct{}) (*reindexOut, error) {
	if err := a.deps.Rebuild(ctx); err != nil {
		return nil, err
	}
	status, err := a.deps.Engine.Status(ctx)
	if err != nil {
		return nil, err
	}
	return &reindexOut{Body: Reindexed{Documents: status.Documents}}, nil
}
