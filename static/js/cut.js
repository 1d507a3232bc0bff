// <input data-cut> is one into which a whole key may be pasted: only its public part stays there, and is sent.
const KEY = /(?:skey|pk)_[0-9A-Za-z]{12}(?=[0-9A-Za-z])/
const WITHOUT_PREFIX = /^\s*([0-9A-Za-z]{12})[0-9A-Za-z]{38}\s*$/

addEventListener("input", ({ target }) => {
  if (!target.matches("[data-cut]")) return
  const id = target.value.match(KEY)?.[0] ?? target.value.match(WITHOUT_PREFIX)?.[1]
  if (id) target.value = id
}, true) // before it is sent
