// Suggestions below a search box: an ARIA combobox with a list box. The form
// works without it. What is typed goes to our own API and nowhere else.
import { say } from "./say.js";

const WAIT = 120;
const LIMIT = 8;
const KINDS = { need: say("技术需求"), result: say("创新成果"), patent: say("专利"), expert: say("专家工匠"), studio: say("创新工作室"), organisation: say("单位") };

function setup(input) {
  const list = document.createElement("ul");
  list.className = "options";
  list.id = input.id + "-options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("输入提示"));
  list.hidden = true;
  input.form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, "aria-haspopup": "listbox" })) {
    input.setAttribute(name, value);
  }

  let items = [];
  let at = -1;
  let timer = 0;
  let asking = null;
  let composing = false;
  let typed = input.value;

  function close() {
    list.hidden = true;
    leave();
    input.setAttribute("aria-expanded", "false");
  }

  function show(found, of) {
    items = found;
    list.dataset.of = of;
    leave();
    list.replaceChildren(...items.map((item, i) => {
      const li = document.createElement("li");
      li.id = list.id + "-" + i;
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", "false");
      const text = document.createElement("span");
      text.textContent = item.text;
      li.append(text);
      if (item.code && KINDS[item.kind]) {
        const kind = document.createElement("span");
        kind.className = "quiet";
        kind.textContent = KINDS[item.kind];
        li.append(kind);
      }
      li.addEventListener("mousedown", (e) => e.preventDefault());
      li.addEventListener("click", () => choose(i));
      return li;
    }));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
  }

  // leave forgets which suggestion is the active one.
  function leave() {
    if (at >= 0 && list.children[at]) list.children[at].setAttribute("aria-selected", "false");
    at = -1;
    input.removeAttribute("aria-activedescendant");
  }

  function move(to) {
    if (at >= 0) list.children[at].setAttribute("aria-selected", "false");
    at = to;
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
      input.value = typed;
      return;
    }
    const li = list.children[at];
    li.setAttribute("aria-selected", "true");
    li.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", li.id);
    input.value = items[at].text;
  }

  function choose(i) {
    const item = items[i];
    close();
    if (item.kind && item.code) {
      location.assign("/" + item.kind + "s/" + encodeURIComponent(item.code));
      return;
    }
    input.value = item.text;
    input.form.requestSubmit ? input.form.requestSubmit() : input.form.submit();
  }

  async function ask() {
    if (asking) asking.abort();
    const text = typed.trim();
    if (!text || text.length > 60) return close();
    const mine = asking = new AbortController();
    try {
      const answer = await fetch("/api/v1/suggest?q=" + encodeURIComponent(text) + "&limit=" + LIMIT, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return close();
      const body = await answer.json();
      if (mine === asking && document.activeElement === input) show((Array.isArray(body) ? body : body.items || []).slice(0, LIMIT), text);
    } catch {
      if (mine === asking) close();
    }
  }

  function changed() {
    typed = input.value;
    leave();
    clearTimeout(timer);
    if (asking) asking.abort();
    if (!composing) timer = setTimeout(ask, WAIT);
  }

  input.addEventListener("input", changed);
  input.addEventListener("compositionstart", () => { composing = true; });
  input.addEventListener("compositionend", () => { composing = false; changed(); });
  input.addEventListener("blur", () => { clearTimeout(timer); if (asking) asking.abort(); close(); });
  input.addEventListener("keydown", (e) => {
    if (composing || e.isComposing) return;
    if (list.hidden) {
      if (e.key === "ArrowDown") { e.preventDefault(); typed = input.value; ask(); }
      return;
    }
    const n = items.length;
    // What is shown may still answer fewer letters: the keys are for what was typed.
    if (list.dataset.of !== typed.trim() && e.key.startsWith("Arrow")) {
      e.preventDefault();
      clearTimeout(timer);
      ask().then(() => { if (!list.hidden) move(e.key === "ArrowDown" ? 0 : items.length - 1); });
      return;
    }
    if (e.key === "ArrowDown") { e.preventDefault(); move(at + 1 < n ? at + 1 : -1); }
    else if (e.key === "ArrowUp") { e.preventDefault(); move(at < 0 ? n - 1 : at - 1); }
    else if (e.key === "Enter" && at >= 0) { e.preventDefault(); choose(at); }
    else if (e.key === "Escape") { e.preventDefault(); input.value = typed; close(); }
    else if (e.key === "Tab") close();
  });
}

document.querySelectorAll("input[data-suggest]").forEach(setup);
