// Says a sentence to screen readers. While a dialog is modal the rest of the page is silent, so it has a region of its own.
export function say(text) {
  const region = document.querySelector("dialog:modal [data-live]") ?? document.getElementById("live")
  if (!region || !text) return
  region.textContent = ""
  requestAnimationFrame(() => { region.textContent = text.trim() })
}
