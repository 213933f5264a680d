// While something is done in the background the page asks how far it is, and is
// loaded anew when it is done.
const every = 2000;
const job = () => document.querySelector("[data-busy]");

async function look() {
  if (!job()) return;
  try {
    const res = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (res.ok) {
      const next = new DOMParser().parseFromString(await res.text(), "text/html").querySelector("[data-busy]");
      if (!next) {
        location.reload();
        return;
      }
      job().replaceWith(document.importNode(next, true));
    }
  } catch {
    // The service is out of reach for a moment; the next look may find it.
  }
  setTimeout(look, every);
}

if (job()) setTimeout(look, every);
