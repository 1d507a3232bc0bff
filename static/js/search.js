// A search that follows what is typed: <form role="search"> with an <input data-cut>, into which a whole key may be
// pasted. Only the public part of a key stays there, and nothing that is empty is sent.
const KEY = /(?:skey|pk)_[0-9A-Za-z]{12}(?=[0-9A-Za-z])/
const UNPREFIXED = /^\s*([0-9A-Za-z]{12})[0-9A-Za-z]{38}\s*$/

addEventListener("input", ({ target }) => {
  if (!target.matches("[data-cut]")) return
  const id = target.value.match(KEY)?.[0] ?? target.value.match(UNPREFIXED)?.[1]
  if (id) target.value = id
}, true) // before it is sent
addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("[role=search]")) return
  for (const [name, value] of [...formData]) {
    if (value.trim()) formData.set(name, value.trim())
    else formData.delete(name)
  }
})

// All that is typed in one go is one step of the history: Back leads to the page before it.
let last, typed
addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches("[role=search]")) return
  last = ctx.sourceEvent.type
  if (last === "input" && location.href === typed) Object.assign(ctx, { push: null, replace: "true" })
})
addEventListener("htmx:after:history:update", ({ detail }) => {
  typed = last === "input" && detail.sourceElement.matches("[role=search]") ? location.href : null
})
addEventListener("focusout", ({ target }) => {
  if (target.matches("[data-cut]")) typed = null
})
