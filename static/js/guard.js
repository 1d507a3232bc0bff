// <dialog data-guard> is not left by accident before something in it was copied.
const guarded = () => document.querySelector("dialog[data-guard]:not([data-safe])")

function hold(event) {
  const dialog = guarded()
  if (!dialog) return
  event.preventDefault()
  const note = dialog.querySelector("[data-guard-note]")
  note.hidden = false
  note.scrollIntoView({ block: "nearest" })
  dialog.querySelector("[data-copy]").focus({ preventScroll: true })
}

// Without script the value has the focus, to be copied by hand.
addEventListener("shown", ({ target }) => {
  if (target.matches("[data-guard]")) target.querySelector("[data-copy]").focus()
})
addEventListener("copied", ({ target }) => {
  const dialog = target.closest("dialog[data-guard]")
  if (!dialog) return
  dialog.dataset.safe = ""
  dialog.querySelector("[data-guard-note]").hidden = true
  dialog.querySelector("[data-done]").classList.add("primary")
  dialog.querySelector("[data-keep]").classList.remove("primary")
})
addEventListener("click", (event) => {
  if (event.target.closest("[data-leave]")) guarded()?.setAttribute("data-safe", "")
  else if (event.target.closest("[data-done]")) hold(event)
})
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return
  const safe = document.querySelector("dialog[data-safe]")
  if (safe) safe.querySelector("[data-done]").click()
  else hold(event)
})
addEventListener("beforeunload", (event) => {
  if (guarded()) event.preventDefault()
})
