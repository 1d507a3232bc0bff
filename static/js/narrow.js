// <input data-narrow="#list"> shows only the items of the list that contain what is typed, and opens their groups.
import { say } from "./say.js"

addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrow]")) return
  const list = document.querySelector(target.dataset.narrow)
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean)
  let found = 0
  for (const group of list.querySelectorAll("[data-group]")) {
    const name = group.querySelector("summary").textContent.toLowerCase()
    let here = 0
    for (const item of group.querySelectorAll("li")) {
      const text = `${item.textContent.toLowerCase()} ${name}`
      item.hidden = !words.every((word) => text.includes(word))
      if (!item.hidden) here += 1
    }
    group.dataset.open ??= group.open
    group.open = words.length ? here > 0 : group.dataset.open === "true"
    if (!words.length) delete group.dataset.open
    group.hidden = here === 0
    group.querySelector("[data-all]").closest("label").hidden = words.length > 0
    found += here
  }
  list.querySelector("[data-none]").hidden = found > 0
  say(`${found} found`)
})
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-narrow]")) event.preventDefault() // not the form's Enter
})
