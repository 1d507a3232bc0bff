// [data-choices] counts its ticked boxes, in all and for each [data-group]; [data-all] ticks those of its group.
const boxes = (root) => [...root.querySelectorAll("input[name][type=checkbox]")]

function count(root, words) {
  const all = boxes(root)
  const ticked = all.filter((box) => box.checked).length
  root.querySelector("[data-count]").textContent = `${ticked} of ${all.length}${words}`
  return [ticked, all.length]
}

function sync(choices) {
  count(choices, " selected")
  for (const group of choices.querySelectorAll("[data-group]")) {
    const [ticked, all] = count(group, "")
    const box = group.querySelector("[data-all]")
    box.checked = ticked === all
    box.indeterminate = ticked > 0 && ticked < all
  }
}

addEventListener("change", ({ target }) => {
  const choices = target.closest("[data-choices]")
  if (!choices) return
  if (target.matches("[data-all]")) {
    for (const box of boxes(target.closest("[data-group]"))) box.checked = target.checked
  }
  sync(choices)
})
addEventListener("shown", ({ target }) => target.querySelectorAll("[data-choices]").forEach(sync))
