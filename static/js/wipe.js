// [data-wipe] is emptied when the page is left, so that no page kept for Back still has the value.
addEventListener("pagehide", () => {
  for (const element of document.querySelectorAll("[data-wipe]")) {
    if ("value" in element) element.value = ""
    element.textContent = ""
  }
})
