package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/httpx"
	"hongniang/internal/offer"
)

var offerShape = shape{fields: []catalog.FieldInfo{{Key: "note", Label: "怎么帮", Type: catalog.Text}}}

// mountOffers adds what somebody who can help with a public need says to its
// brokers (揭榜).
func (a *API) mountOffers() {
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"揭榜"}, DefaultStatus: status}
	}
	const own = "/needs/{code}/offer"
	register(a, operation{Operation: op("make-offer", http.MethodPut, own, "揭榜：这条公开难题我能帮，只告诉管它的红娘；再说一次就替换那句话", 0),
		action: account.OfferMake, body: jsonBody(a.shapeSchema("OfferInput", offerShape))}, a.makeOffer)
	register(a, operation{Operation: op("own-offer", http.MethodGet, own, "自己对这条难题的揭榜", 0), action: account.OfferMake}, a.ownOffer)
	register(a, operation{Operation: op("withdraw-offer", http.MethodDelete, own, "收回揭榜；没有揭过也不算错", http.StatusNoContent), action: account.OfferMake}, a.withdrawOffer)
	register(a, operation{Operation: op("need-offers", http.MethodGet, "/needs/{code}/offers", "谁来揭榜，新的在前；只给管这条难题的工会", 0), action: account.OfferRead}, a.needOffers)
}

// offers gives the service over what the API stands on.
func (a *API) offers() *offer.Service {
	return &offer.Service{Store: a.deps.Accounts.Store, Records: a.deps.Catalog, Notices: a.deps.Notices, Now: a.deps.Now}
}

type offerOut struct{ Body offer.Offer }

func (a *API) makeOffer(ctx context.Context, in *codeIn) (*offerOut, error) {
	if err := httpx.AccessOf(ctx).CheckOrigin(); err != nil {
		return nil, err
	}
	text, err := in.texts(offerShape)
	if err != nil {
		return nil, err
	}
	made, err := a.offers().Make(ctx, actorOf(ctx), in.Code, text["note"])
	if err != nil {
		return nil, a.hideDeleted(ctx, catalog.KindNeed, in.Code, err)
	}
	return &offerOut{Body: made}, nil
}

func (a *API) ownOffer(ctx context.Context, in *codeIn) (*offerOut, error) {
	said, err := a.offers().Own(ctx, actorOf(ctx), in.Code)
	return &offerOut{Body: said}, err
}

func (a *API) withdrawOffer(ctx context.Context, in *codeIn) (*struct{}, error) {
	if err := httpx.AccessOf(ctx).CheckOrigin(); err != nil {
		return nil, err
	}
	return nil, a.offers().Withdraw(ctx, actorOf(ctx), in.Code)
}

type offersOut struct {
	Body struct {
		Items []offer.Offer `json:"items"`
	} `nameHint:"NeedOffers"`
}

// needOffers gives them to who carries the need; who does not even see the need is
// told that there is none.
func (a *API) needOffers(ctx context.Context, in *codeIn) (*offersOut, error) {
	rec, err := a.deps.Catalog.Get(ctx, catalog.KindNeed, in.Code)
	if err != nil {
		return nil, a.hideDeleted(ctx, catalog.KindNeed, in.Code, err)
	}
	if _, ok, err := a.sightOf(ctx).view(ctx, rec); err != nil || !ok {
		return nil, orElse(err, catalog.NotFoundError(catalog.KindNeed, in.Code))
	}
	out := &offersOut{}
	out.Body.Items, err = a.offers().Of(ctx, actorOf(ctx), in.Code)
	return out, err
}
