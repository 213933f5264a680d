// Nothing typed is lost. A form with data-draft keeps what its reader changed in
// this browser, for this account alone, until the form was sent and the answer
// came; signing out wipes it. What stood in a field before nobody touched it is
// never kept: it may be somebody else's confidential text.
import { say } from "./say.js";

const user = document.body.dataset.user || "";
const prefix = "draft:";
const mine = prefix + user + ":";
const SENT = "draft-sent"; // key of the form that is on its way, for this tab
const WAIT = 300; // ms after the last key
const PATIENCE = 8000; // ms until a line counts as dead
const DAYS = 14;

function keys() {
  try { return Object.keys(localStorage).filter((k) => k.startsWith(prefix)); } catch { return []; }
}

function wipe(which) {
  for (const k of keys()) if (which(k)) localStorage.removeItem(k);
}

// Only the one who signed in finds drafts here, and not for ever.
wipe((k) => {
  if (!k.startsWith(mine) || !user) return true;
  try { return Date.now() - JSON.parse(localStorage.getItem(k)).at > DAYS * 864e5; } catch { return true; }
});
for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", () => wipe(() => true));
}

// A form that was sent is done with once a page says so.
if (user && document.querySelector(".done")) {
  const sent = sessionStorage.getItem(SENT);
  if (sent) localStorage.removeItem(sent);
}
if (!document.querySelector("[role=alert]")) sessionStorage.removeItem(SENT);

const kept = (f) => f.name && !["hidden", "file", "password", "submit", "button"].includes(f.type) && f.autocomplete !== "one-time-code";

function initial(f) {
  if (f.type === "checkbox" || f.type === "radio") return f.defaultChecked;
  if (f.tagName === "SELECT") return [...f.options].filter((o) => o.defaultSelected).map((o) => o.value).join("\n") || (f.options[0] ? f.options[0].value : "");
  return f.defaultValue;
}

function now(f) {
  if (f.type === "checkbox" || f.type === "radio") return f.checked;
  return f.value;
}

const nameOf = (f) => f.type === "checkbox" || f.type === "radio" ? f.name + "=" + f.value : f.name;

// changes gives what differs from the page as it came; also what was changed
// before, where the page came back with it unsaved.
function changes(form, before) {
  const out = {};
  for (const f of form.elements) if (kept(f) && (now(f) !== initial(f) || nameOf(f) in before)) out[nameOf(f)] = now(f);
  return out;
}

function put(form, values) {
  let n = 0;
  for (const f of form.elements) {
    const v = kept(f) ? values[nameOf(f)] : undefined;
    if (v === undefined || v === now(f)) continue;
    if (f.type === "checkbox" || f.type === "radio") f.checked = v; else f.value = v;
    n++;
  }
  return n;
}

function note(form, text) {
  let p = form.querySelector(".draft-note:not(.draft-restored)");
  if (!p) {
    p = document.createElement("p");
    p.className = "draft-note quiet";
    p.setAttribute("role", "status");
    const bar = form.querySelector(".sticky"); // in sight wherever one is in a long form
    if (bar) bar.prepend(p); else form.append(p);
  }
  p.textContent = text;
}

// restored says at the head of a form that it holds what was not sent before.
function restored(form, key) {
  const p = document.createElement("p");
  p.className = "draft-note draft-restored";
  p.setAttribute("role", "status");
  p.append(say("已恢复您上次没有提交的内容。"), " ", drop(form, key, p));
  const head = form.querySelector("h2"); // below what was refused
  if (head && head.parentElement === form) head.before(p); else form.prepend(p);
}

function drop(form, key, line) {
  const b = document.createElement("button");
  b.type = "button";
  b.className = "link";
  b.textContent = say("不要了，恢复原样");
  b.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    line.textContent = say("已恢复原样。");
  });
  return b;
}

// reach tells whether the service answers at all, within PATIENCE.
async function reach() {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try { return (await fetch("/healthz", { cache: "no-store", signal: stop.signal })).ok; } catch { return false; } finally { clearTimeout(timer); }
}

const offline = () => say("没有网络。填的内容（附件除外）已存在这台设备上，关掉页面也不会丢；有网以后再提交。");

function watch(form) {
  const key = mine + form.dataset.draft;
  let timer = 0;
  let found = null;
  try { found = JSON.parse(localStorage.getItem(key)); } catch { found = null; }
  const before = found && "unsaved" in form.dataset ? found.values : {};
  const keep = () => {
    clearTimeout(timer);
    const values = changes(form, before);
    const head = document.querySelector("h1");
    try {
      if (Object.keys(values).length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ at: Date.now(), page: location.pathname, title: head ? head.textContent : "", values }));
      return Object.keys(values).length > 0;
    } catch { return false; } // the browser keeps nothing: the form works as without this
  };
  if (found && put(form, found.values) > 0) {
    for (let d = form.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    restored(form, key);
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (keep()) note(form, navigator.onLine ? say("填的内容（附件除外）已存在这台设备上，还没有提交。") : offline()); }, WAIT);
  });
  addEventListener("pagehide", keep);
  addEventListener("offline", () => { if (keep()) note(form, offline()); });
  addEventListener("online", () => { if (keep()) note(form, say("网络恢复了，填的内容还在，可以提交了。")); });
  let checked = false;
  form.addEventListener("submit", async (e) => {
    keep();
    if (e.submitter && (e.submitter.value === "check" || e.submitter.value === "preview")) return;
    try { sessionStorage.setItem(SENT, key); } catch { /* the draft is offered again */ }
    if (checked) { checked = false; return; }
    e.preventDefault();
    const by = e.submitter;
    if (by) by.disabled = true;
    note(form, say("正在提交……"));
    const ok = navigator.onLine && await reach();
    if (by) by.disabled = false;
    if (!ok) {
      note(form, say("现在连不上服务，没有提交。填的内容已存在这台设备上，关掉页面也不会丢；信号好了再按一次。"));
      return;
    }
    checked = true;
    form.requestSubmit ? form.requestSubmit(by) : form.submit();
  });
}

// unsent tells on the pages that people begin from what they wrote and did not send.
function unsent(place) {
  const list = document.createElement("ul");
  for (const k of keys().filter((k) => k.startsWith(mine)).slice(0, 5)) {
    const d = JSON.parse(localStorage.getItem(k));
    if (!d.page) continue;
    const a = document.createElement("a");
    a.href = d.page;
    a.textContent = d.title || d.page;
    const line = document.createElement("li");
    line.append(a, " ", new Date(d.at).toLocaleString());
    list.append(line);
  }
  if (list.children.length === 0) return;
  const head = document.createElement("p");
  head.textContent = say("这台设备上有填了还没有提交的内容，点开接着填：");
  place.append(head, list);
  place.hidden = false;
}

if (user) {
  for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
  for (const place of document.querySelectorAll("[data-unsent]")) unsent(place);
}
