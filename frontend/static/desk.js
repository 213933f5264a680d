// The matching desk by keys: J and K go through the candidates, X marks one to be
// compared, C compares, I introduces, O opens. Keys typed into a field are text.
// On a phone the need is folded away; who is ticked is kept in the address, so that
// a verdict, an error and a reload come back to it.
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
    if (box) { box.checked = !box.checked; keep(); }
  },
  c: () => form.querySelector("[value=compare]").click(),
  i: () => follow(".introduce a"),
  o: () => follow("h3 a"),
};

function keep() {
  const now = new URLSearchParams(new FormData(form));
  now.set("do", new URLSearchParams(location.search).get("do") || "filter");
  history.replaceState(null, "", "?" + now + location.hash);
  for (const back of document.querySelectorAll(".verdict input[name=back]")) back.value = "desk?" + now;
}

const need = document.querySelector(".desk-fold");
if (need) {
  const small = matchMedia("(max-width: 860px)");
  const fold = () => { need.open = !small.matches; };
  fold();
  small.addEventListener("change", fold);
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

if (form && cards.length > 0) {
  addEventListener("change", (e) => { if (e.target.form === form) keep(); });
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
