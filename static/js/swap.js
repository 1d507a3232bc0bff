// What htmx puts into the page: said to screen readers, without moving the page; never a stranger's page.
import { say } from "./say.js"

addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail
  if (ctx.select && !tasks.some(({ fragment }) => fragment.firstElementChild)) {
    event.preventDefault()
    location.reload() // signed out meanwhile, for example
  }
  // A flash takes the focus on a full load; here the page would jump to it.
  for (const { fragment } of tasks) fragment.querySelector(".flash")?.removeAttribute("autofocus")
})
addEventListener("htmx:after:swap", () => {
  const flash = document.getElementById("flash")
  say((flash?.querySelector("p") ?? document.querySelector("[data-announce]"))?.textContent)
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
