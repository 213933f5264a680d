// The matching desk by keys: J and K go through the candidates, X marks one to be
// compared, C compares, I introduces, O opens. Keys typed into a field are text.
const cards = [...document.querySelectorAll(".desk-list .cards > .card")];
const form = document.getElementById("desk-form");
const keys = document.querySelector("[data-keys]");
let at = -1;

function go(to) {
  if (cards.length === 0) return;
  if (at >= 0) cards[at].removeAttribute("data-at");
  at = Math.max(0, Math.min(cards.length - 1, to));
  const card = cards[at];
  card.setAttribute("data-at", "");
  const link = card.querySelector("h3 a");
  link.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function follow(css) {
  const link = at >= 0 && cards[at].querySelector(css);
  if (link) location.href = link.href;
}

const doing = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  x: () => {
    const box = at >= 0 && cards[at].querySelector("input[name=id]");
    if (box) box.checked = !box.checked;
  },
  c: () => form.requestSubmit ? form.requestSubmit() : form.submit(),
  i: () => follow(".introduce a"),
  o: () => follow("h3 a"),
};

if (form && cards.length > 0) {
  keys.hidden = false;
  for (const card of cards) card.addEventListener("focusin", () => { const n = cards.indexOf(card); if (n !== at) { if (at >= 0) cards[at].removeAttribute("data-at"); at = n; card.setAttribute("data-at", ""); } });
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const act = doing[e.key.toLowerCase()];
    if (!act) return;
    e.preventDefault();
    act();
  });
}
