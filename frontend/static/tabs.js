// The chosen tab of a row that scrolls sideways on a phone comes into view.
for (const current of document.querySelectorAll(".tabs [aria-current]")) {
  current.scrollIntoView({ block: "nearest", inline: "center" });
}
