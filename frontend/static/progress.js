// Reads the part of the page that says how far something is, until it is done.
const place = document.querySelector("[data-running]");
async function look() {
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(place.id);
    if (answer.ok) {
      if (!fresh || !fresh.hasAttribute("data-running")) {
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
if (place) setTimeout(look, 2000);
