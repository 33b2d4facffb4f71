// The wall screen: an answer that is no wall (the session has ended) does not take its place and leave it blank for good.

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.responseText.includes(`id="${target.id}"`)) return;
  event.detail.shouldSwap = false; // of the server's own faults the next renewal asks again
  if (xhr.status < 500) window.location.assign(target.getAttribute("hx-get"));
});
