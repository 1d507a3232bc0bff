// A form that is on its way is not sent a second time: a double click would lose the answer to the first. One with
// data-repeats is answered with a file, and the page stays for the next.
const sent = new WeakSet()

addEventListener("submit", (event) => {
  const form = event.target
  if (event.defaultPrevented || form.method !== "post" || "repeats" in form.dataset) return
  if (sent.has(form)) return event.preventDefault()
  sent.add(form)
  setTimeout(() => sent.delete(form), 10_000) // stopped by hand, or never answered
})
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) document.querySelectorAll("form").forEach((form) => sent.delete(form)) // back from the answer
})
