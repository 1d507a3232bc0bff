// <form role="search"> follows what is typed. What is empty is not sent, and all that is typed in one go is one step of
// the history: Back leads to the page before it.
let last, typed

addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("[role=search]")) return
  for (const [name, value] of [...formData]) {
    if (value.trim()) formData.set(name, value.trim())
    else formData.delete(name)
  }
})
addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches("[role=search]")) return
  last = ctx.sourceEvent.type
  if (last === "input" && location.href === typed) Object.assign(ctx, { push: null, replace: "true" })
})
addEventListener("htmx:after:history:update", ({ detail }) => {
  typed = last === "input" && detail.sourceElement.matches("[role=search]") ? location.href : null
})
addEventListener("focusout", ({ target }) => {
  if (target.matches("[role=search] *")) typed = null
})
