// What htmx puts into the page: said to screen readers, without moving the page; never a stranger's page.
import { say } from "./say.js"

let flashed
addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail
  if (ctx.select && !tasks.some(({ fragment }) => fragment.firstElementChild)) {
    event.preventDefault()
    location.reload() // signed out meanwhile, for example
  }
  // A flash takes the focus on a full load; here the page would jump to it.
  const flashes = tasks.map(({ fragment }) => fragment.querySelector("#flash")).filter(Boolean)
  for (const flash of flashes) flash.removeAttribute("autofocus")
  flashed = flashes.length > 0
})
addEventListener("htmx:after:swap", () => {
  const flash = flashed && document.getElementById("flash") // one from before was said before
  say((flash ? flash.querySelector("p") : document.querySelector("[data-announce]"))?.textContent)
  if (flash && document.activeElement === document.body) flash.focus({ preventScroll: true })
})
addEventListener("htmx:error", ({ detail }) => {
  document.getElementById("unreached")?.remove() // a new one is read out again
  const note = document.createElement("div")
  note.id = "unreached"
  note.className = "notice bad flash"
  note.setAttribute("role", "alert")
  document.querySelector("main .page").prepend(note)
  const isChange = detail.ctx?.request.method.toUpperCase() === "POST"
  note.textContent = `Could not reach Keyroom.${isChange ? " Your change was not saved." : ""}`
})
