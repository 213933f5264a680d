// Live matching: the answer follows the typing. The server renders it with the
// same template as the page for browsers without JavaScript. The text goes into
// the body of a request, never into an address or the browser's storage.
import { say } from "./say.js";

const WAIT = 350;
const SLOW = 1000;
const LEAST = 6;

const form = document.querySelector("form.need");
const answer = document.querySelector("[data-live]");
const status = document.getElementById("match-status");

if (form && answer && status) {
  const text = form.querySelector("textarea");
  let timer = 0;
  let slow = 0;
  let running = null;
  let shown = answer.children.length ? text.value : null;

  const busy = (on) => { on ? status.setAttribute("data-busy", "") : status.removeAttribute("data-busy"); };

  function stop() {
    clearTimeout(timer);
    clearInterval(slow);
    busy(false);
    if (running) running.abort();
    running = null;
    answer.removeAttribute("data-stale");
    answer.removeAttribute("aria-busy");
  }

  // progress tells how long it takes, from the first second on.
  function progress() {
    let seconds = 0;
    slow = setInterval(() => {
      seconds++;
      busy(true);
      status.textContent = say("正在匹配……已用 {} 秒", seconds);
    }, SLOW);
  }

  async function ask() {
    const value = text.value;
    stop();
    const mine = running = new AbortController();
    answer.setAttribute("aria-busy", "true");
    if (answer.children.length) answer.setAttribute("data-stale", "");
    progress();
    try {
      const body = new FormData();
      body.set("text", value);
      const got = await fetch("/match/fragment", { method: "POST", body, signal: mine.signal });
      const html = await got.text();
      if (mine !== running) return;
      if (!(got.headers.get("Content-Type") || "").startsWith("text/html") || !html.includes("class=\"answer\"")) throw new Error("not an answer");
      answer.innerHTML = html;
      const first = answer.querySelector("[data-summary]");
      // A problem announces itself (role=alert); an answer is told by its summary.
      status.textContent = first && got.ok ? say("已按当前文字匹配") : "";
      shown = value;
      stop();
    } catch (e) {
      if (mine !== running) return;
      stop();
      status.textContent = say("没有连上服务，文字还在框里。请稍后再点“看看谁能帮忙”。");
    }
  }

  function changed() {
    clearTimeout(timer);
    if (text.value === shown) return;
    if (text.value.trim().length < LEAST) {
      stop();
      answer.replaceChildren();
      shown = null;
      status.textContent = text.value.trim() ? say("再写几个字就开始匹配") : "";
      return;
    }
    timer = setTimeout(ask, WAIT);
  }

  text.addEventListener("input", (e) => { if (!e.isComposing) changed(); });
  text.addEventListener("compositionend", changed);
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    clearTimeout(timer);
    ask();
  });
}
