// Boxes to pick from, [data-pick] with their [data-state]; one for all, [data-pick-all]; Shift takes a range;
// [data-picked] says how many, and a button with [data-fits] is for the states that it names.
import { say } from "./say.js"

const boxes = () => [...document.querySelectorAll("[data-pick]")]
const all = () => document.querySelector("[data-pick-all]")
let last

function tell(aloud) {
  const on = boxes().filter((box) => box.checked)
  if (!all()) return
  all().checked = on.length > 0 && on.length === boxes().length
  all().indeterminate = on.length > 0 && !all().checked
  document.querySelector("[data-picked]").textContent = `${on.length} selected`
  for (const button of document.querySelectorAll("[data-fits]")) {
    const states = button.dataset.fits.split(" ")
    button.ariaDisabled = String(!on.some((box) => states.includes(box.dataset.state)))
  }
  if (aloud) say(`${on.length} selected`)
}

addEventListener("click", (event) => {
  const { target, shiftKey } = event
  if (target.matches("[data-pick]")) {
    const [from, to] = [boxes().indexOf(last), boxes().indexOf(target)].sort((a, b) => a - b)
    if (shiftKey && from >= 0) boxes().slice(from, to + 1).forEach((box) => { box.checked = target.checked })
    last = target
  } else if (target.matches("[data-pick-all]")) boxes().forEach((box) => { box.checked = target.checked })
  else if (target.closest("[data-pick-none]")) {
    boxes().forEach((box) => { box.checked = false })
    all().focus()
  } else if (target.closest("[data-fits][aria-disabled=true]")) {
    event.preventDefault()
    return say("Fits none of the selected")
  } else return
  tell(true)
})
for (const then of ["htmx:after:swap", "pageshow"]) addEventListener(then, () => tell(false))
