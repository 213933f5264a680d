package frontend

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/offer"
)

// mountOffers adds what somebody who can help with a public need says to its
// brokers.
func (s *Site) mountOffers(pages routes) {
	if s.deps.Offers == nil {
		return
	}
	pages.post(view.OfferURL(":code"), account.OfferMake, s.makeOffer)
	pages.post(view.OfferBackURL(":code"), account.OfferMake, s.takeOfferBack)
}

// typedOfferKey is where a form that was not taken waits for the page that shows
// it again.
const typedOfferKey = "offer.typed"

type typedOffer struct {
	note string
	err  error
}

// makeOffer is POST /needs/:code/offer.
func (s *Site) makeOffer(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	code, note := c.Param("code"), form.Get("note")
	_, err = s.deps.Offers.Make(c.Request.Context(), actorOf(c), code, note)
	switch {
	case err == nil:
		c.Redirect(http.StatusSeeOther, view.RecordURL(catalog.KindNeed, code)+"#offer")
	case errs.Is(err, errs.Invalid):
		httpx.LogError(s.deps.Log, c.Request, err)
		c.Set(typedOfferKey, typedOffer{note, err})
		s.record(catalog.KindNeed)(c)
	default:
		s.fail(c, hideReason(err))
	}
}

// takeOfferBack is POST /needs/:code/offer/back.
func (s *Site) takeOfferBack(c *gin.Context) {
	code := c.Param("code")
	if err := s.deps.Offers.Withdraw(c.Request.Context(), actorOf(c), code); err != nil {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.RecordURL(catalog.KindNeed, code)+"#offer")
}

// showOffers puts the form, or the offers, on a need's page, for whom they are.
func (s *Site) showOffers(c *gin.Context, v *view.Record, need *catalog.Need, whole bool) {
	access := httpx.AccessOf(c.Request.Context())
	if s.deps.Offers == nil {
		return
	}
	switch {
	case access.Check(account.OfferMake) == nil && access.Actor.Person != "":
		v.TakeUp = s.offerForm(c, need)
	case whole && access.Check(account.OfferRead) == nil:
		list, err := s.deps.Offers.Of(c.Request.Context(), access.Actor, need.Code)
		if err != nil {
			s.deps.Log.WarnContext(c.Request.Context(), "need without its offers", "need", need.Code, "err", err)
		}
		v.Offers = view.BuildOffers(list, brokers(c) && offer.Takes(need))
	case access.Actor.Role == "" && offer.Takes(need):
		v.OfferSignIn = "/login?next=" + url.QueryEscape(view.RecordURL(catalog.KindNeed, need.Code)+"#offer")
	}
	if v.TakeUp != nil || v.OfferSignIn != "" {
		v.Ask = nil // said here already, with something to click
	}
}

// offerForm is nil where nothing was said and nothing can be.
func (s *Site) offerForm(c *gin.Context, need *catalog.Need) *view.OfferForm {
	said, err := s.deps.Offers.Own(c.Request.Context(), actorOf(c), need.Code)
	if err == nil {
		return view.BuildOfferForm(need.Code, &said)
	}
	if !errs.Is(err, errs.NotFound) {
		s.deps.Log.WarnContext(c.Request.Context(), "need without the own offer", "need", need.Code, "err", err)
		return nil
	}
	if !offer.Takes(need) {
		return nil
	}
	f := view.BuildOfferForm(need.Code, nil)
	if kept, ok := c.Get(typedOfferKey); ok {
		if typed, ok := kept.(typedOffer); ok {
			f.Refuse(typed.note, typed.err)
		}
	}
	return f
}
