// Verdicts by keys: 1 to 7 judge the candidate at which one is. On a page without
// a matching desk, J and K go through the candidates. Keys typed into a field are text.
const judged = () => [...document.querySelectorAll(".card")].filter((c) => c.querySelector(".verdict") && c.offsetParent);
const desk = document.getElementById("desk-form");
const hint = document.querySelector("[data-verdict-keys]");
let at = null;

function go(card) {
  if (!card) return;
  if (at) at.removeAttribute("data-at");
  at = card;
  at.setAttribute("data-at", "");
}

function step(by) {
  const cards = judged();
  const card = cards[Math.max(0, Math.min(cards.length - 1, cards.indexOf(at) + by))];
  go(card);
  if (!card) return;
  card.querySelector("h3 a").focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

// Where one was survives the reload: who is folded away leaves his place to the next.
const place = "verdict-at " + location.pathname;
function resume() {
  const was = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  if (location.hash.startsWith("#c-")) go(document.getElementById(decodeURIComponent(location.hash.slice(1))));
  const cards = judged();
  if (at || was === null || cards.length === 0) return;
  go(cards[Math.min(cards.length - 1, Number(was))]);
  at.scrollIntoView({ block: "nearest" });
}

if (judged().length > 0) {
  if (hint) hint.hidden = false;
  resume();
  addEventListener("submit", (e) => { const card = e.target.closest(".card"); if (card && e.target.closest(".verdict")) sessionStorage.setItem(place, judged().indexOf(card)); });
  addEventListener("focusin", (e) => { const card = e.target.closest(".card"); if (card && card.querySelector(".verdict") && !desk) go(card); });
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.target.closest("input:not([type=checkbox]), textarea, select")) return;
    if (!desk && (e.key === "j" || e.key === "k")) {
      e.preventDefault();
      step(e.key === "j" ? 1 : -1);
      return;
    }
    const card = desk ? document.querySelector(".card[data-at]") : at;
    const button = card && /^[1-9]$/.test(e.key) && card.querySelector('.verdict button[data-key="' + e.key + '"]');
    if (!button) return;
    e.preventDefault();
    button.click();
  });
}
