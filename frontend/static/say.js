// What scripts say, in the language of the page: pages in another than the one
// they are written in bring the phrases with them. {} is a number.
let book = {};
try { book = JSON.parse(document.getElementById("phrases").textContent); } catch { /* a page as it is written has none */ }

export function say(text, number) {
  return (book[text] || text).replace("{}", number);
}
