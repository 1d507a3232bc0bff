// <button data-copy="#value"> or <button data-copy-text="value">. "Copied" is shown only if it is true; if it is not,
// #value is selected and #value-failed says so.
import { copy } from "./clipboard.js"
import { say } from "./say.js"

addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-text]")
  if (!button) return
  event.preventDefault() // without script the button opens the page that shows the value
  const source = button.dataset.copy && document.querySelector(button.dataset.copy)
  const text = button.dataset.copyText ?? source.value ?? source.textContent
  for (const note of document.querySelectorAll("[data-copy-failed]")) note.hidden = true
  if (await copy(text, source || button)) {
    button.focus({ preventScroll: true })
    show(button)
    say("Copied to clipboard")
    button.dispatchEvent(new Event("copied", { bubbles: true }))
  } else if (source) {
    document.getElementById(`${source.id}-failed`).hidden = false
  } else {
    button.form.requestSubmit(button)
  }
})

function show(button) {
  const label = button.querySelector("[data-label]")
  const symbol = button.querySelector("use")
  button.dataset.was ??= label.textContent
  button.dataset.icon ??= symbol.getAttribute("href")
  button.dataset.copied = ""
  label.textContent = "Copied"
  symbol.setAttribute("href", button.dataset.icon.replace(/#.*/, "#check"))
  if ("keep" in button.dataset) return
  setTimeout(() => {
    delete button.dataset.copied
    label.textContent = button.dataset.was
    symbol.setAttribute("href", button.dataset.icon)
  }, 2500)
}
