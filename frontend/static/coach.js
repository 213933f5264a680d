// The coach follows the typing. Without this, the button 检查 asks it.
import { say } from "./say.js";

const WAIT = 900;
const form = document.getElementById("need-form");
const place = document.querySelector("[data-coach]");
const status = document.getElementById("coach-status");

if (form && place && status) {
  let timer = 0;
  let running = null;

  async function ask() {
    if (running) running.abort();
    const mine = running = new AbortController();
    try {
      const got = await fetch("/needs/check", { method: "POST", body: new FormData(form), signal: mine.signal });
      const html = await got.text();
      if (mine !== running || !got.ok || !html.includes("data-advice")) return;
      place.innerHTML = html;
      status.textContent = "";
    } catch (e) {
      if (mine === running) status.textContent = say("没有连上服务，现在查不了；填的内容已存在这台设备上，有网以后自动再查。");
    }
  }

  addEventListener("online", ask);
  form.addEventListener("input", (e) => {
    clearTimeout(timer);
    if (!e.isComposing) timer = setTimeout(ask, WAIT);
  });
}
