// [data-picker]: typing asks for options, the keyboard moves through them, and whoever is taken becomes a chip.
import Combobox from "../vendor/combobox-nav-3.0.2.js"
import { find } from "./find.js"
import { say } from "./say.js"

function start(picker) {
  const part = (name) => picker.querySelector(`[data-${name}]`)
  const [input, list, told] = [part("typed"), part("options"), part("told")]
  const nav = new Combobox(input, list, { tabInsertsSuggestions: false })
  const chips = () => [...picker.querySelectorAll("[data-chip]")]
  const tell = (text) => { told.textContent = text; say(text) }
  let waiting

  const close = () => {
    nav.stop()
    list.hidden = true
    list.replaceChildren()
  }
  const ask = async () => {
    const found = await find(picker.dataset.find, input.value)
    if (found === undefined || !input.value.trim()) return
    close()
    tell(found ? found.querySelector("[data-told]").textContent : "Could not reach Keyroom.")
    list.append(...(found?.querySelectorAll("[role=group]") ?? []))
    for (const option of list.querySelectorAll("[role=option]")) {
      if (chips().some((chip) => chip.dataset.chip === option.dataset.value)) option.ariaDisabled = "true"
    }
    list.hidden = !list.children.length
    if (!list.hidden) nav.start()
  }
  const take = ({ value, name }) => {
    const chip = part("new-chip").content.firstElementChild.cloneNode(true)
    chip.dataset.chip = value
    chip.querySelector("span").textContent = name
    Object.assign(chip.querySelector("input"), { name: "subject", value })
    chip.querySelector("button").ariaLabel = `Remove ${name}`
    input.before(chip)
  }
  const drop = (chip) => {
    chip.remove()
    input.focus()
    tell(`${chip.textContent.trim()} removed`)
  }

  // Those that came without script are boxes to untick.
  for (const label of picker.querySelectorAll("label.tok")) {
    take({ value: label.control.value, name: label.textContent.trim() })
    label.remove()
  }
  input.addEventListener("input", () => {
    clearTimeout(waiting)
    if (input.value.trim()) waiting = setTimeout(ask, 120)
    else {
      close()
      told.textContent = ""
    }
  })
  list.addEventListener("mousedown", (event) => event.preventDefault()) // the focus stays in the field
  list.addEventListener("combobox-commit", ({ target }) => {
    take(target.dataset)
    input.value = ""
    close()
    tell(`${target.dataset.name} added`)
  })
  picker.addEventListener("click", ({ target }) => {
    if (target.closest("[data-chip] button")) drop(target.closest("[data-chip]"))
  })
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault() // the list first, then the dialog
      close()
    } else if (event.key === "Backspace" && !input.value && chips().length) drop(chips().at(-1))
    else if (event.key === "Enter" && !event.defaultPrevented) {
      event.preventDefault() // without script it presses Find
      if (!input.value.trim() && chips().length) input.form.querySelector("[value=add]").click()
    }
  })
  picker.addEventListener("focusout", ({ relatedTarget }) => {
    if (!picker.contains(relatedTarget)) close()
  })
  if (input.value.trim()) ask()
}

addEventListener("shown", ({ target }) => target.querySelectorAll("[data-picker]").forEach(start))
