// <a data-dialog> opens the dialog of the page it leads to, over this page. A dialog the server sent open becomes modal.
import { forget, load } from "./pages.js"

let opener, title
function raise(dialog) {
  document.querySelector("[inert]")?.removeAttribute("inert") // the modal dialog takes care of that
  dialog.open = false
  dialog.showModal()
  dialog.dispatchEvent(new Event("shown", { bubbles: true }))
}

addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog], a[data-close]")
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return
  if (opener || link.matches("[data-dialog]")) event.preventDefault()
  if (link.matches("[data-close]")) return opener && history.back()
  const page = await load(link.href)
  const dialog = page?.querySelector("dialog.dlg")
  if (opener || !dialog) return opener || location.assign(link.href) // an opener: a second click was quicker
  // A link of a menu is gone with the menu: what opened that is gone back to.
  const menu = document.querySelector(`[popovertarget="${link.closest("[popover]")?.id}"]`)
  ;[opener, title] = [menu ?? link, document.title]
  history.pushState({ dialog: true }, "", link.href)
  document.title = page.title
  document.body.append(dialog)
  raise(dialog)
})
addEventListener("cancel", (event) => {
  event.preventDefault() // leaving is a step back, or a page
  event.target.querySelector("[data-close]")?.click()
}, true)
addEventListener("popstate", ({ state }) => {
  if (state?.dialog) return location.reload()
  if (!opener) return
  forget()
  document.querySelector("dialog:modal")?.remove()
  document.title = title
  document.getElementById(opener.id)?.focus({ preventScroll: true })
  opener = null
})
document.querySelectorAll("dialog[open]").forEach(raise)
