// What is in [data-guard] is not left by accident before something in it was copied: a dialog, or each value of a page.
const guarded = () => document.querySelector("[data-guard]:not([data-safe])")
const note = () => document.querySelector("[data-guard-note]")
const done = () => document.querySelector("[data-done]")

function hold(event) {
  const held = guarded()
  if (!held) return
  event.preventDefault()
  note().hidden = false
  note().scrollIntoView({ block: "nearest" })
  held.querySelector("[data-copy]").focus({ preventScroll: true })
}

// Without script the value has the focus, to be copied by hand.
addEventListener("shown", ({ target }) => {
  if (target.matches("[data-guard]")) target.querySelector("[data-copy]").focus()
})
addEventListener("copied", ({ target }) => {
  const held = target.closest("[data-guard]")
  if (!held) return
  held.dataset.safe = ""
  held.querySelector("[data-keep]").classList.remove("primary")
  if (guarded()) return
  note().hidden = true
  done().classList.add("primary")
})
addEventListener("click", (event) => {
  if (event.target.closest("[data-leave]"))
    for (const held of document.querySelectorAll("[data-guard]")) held.dataset.safe = ""
  else if (event.target.closest("[data-done]")) hold(event)
})
addEventListener("keydown", (event) => {
  const dialog = document.querySelector("dialog[data-guard]")
  if (event.key !== "Escape" || !dialog) return
  if ("safe" in dialog.dataset) done().click()
  else hold(event)
})
addEventListener("beforeunload", (event) => {
  if (guarded()) event.preventDefault()
})
