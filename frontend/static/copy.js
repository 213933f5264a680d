// Buttons that only a script can serve: 复制 takes what a field holds along, 打印
// opens the print dialog. Without a script the field can be selected and the
// browser prints, so the buttons stay hidden.
import { say } from "./say.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    field.focus();
    field.select();
    let done = false;
    try { await navigator.clipboard.writeText(field.value); done = true; } catch { done = document.execCommand("copy"); /* http, WeChat */ }
    if (done) button.textContent = say("已复制");
    else button.textContent = say("请按住文字复制");
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
