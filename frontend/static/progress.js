// Reads the part of the page that says how far something is, until it is done.
const place = document.getElementById("rebuild");
async function look() {
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("rebuild");
    if (fresh) {
      if (!fresh.hasAttribute("data-running")) {
        location.reload();
        return;
      }
      place.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // the next look may reach it
  }
  setTimeout(look, 2000);
}
if (place && place.hasAttribute("data-running")) setTimeout(look, 2000);
