// Where a form led to the sign-in page, what was typed into it is there again after signing in. Kept for this tab only,
// and never a hidden field, a password or a key.
const KEY = "keyroom-typed"

const storage = {
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY))
    } catch {
      return null
    }
  },
  write(kept) {
    try {
      if (kept) sessionStorage.setItem(KEY, JSON.stringify(kept))
      else sessionStorage.removeItem(KEY)
    } catch {
      // Storage is refused or full: nothing is kept.
    }
  },
}

const typed = (form) =>
  [...form.elements].filter(
    (field) =>
      field.matches("input[name], select[name], textarea[name]") &&
      !field.matches("[type=hidden], [type=password], [type=file], [data-wipe]"),
  )
const isTick = (field) => field.matches("[type=checkbox], [type=radio]")

function keep(form) {
  const fields = typed(form).map((field) =>
    isTick(field) ? [field.name, field.value, field.checked] : [field.name, field.value],
  )
  const page = location.pathname + location.search
  storage.write(fields.length ? { page, action: form.getAttribute("action"), fields } : null)
}

function restore() {
  const kept = storage.read()
  if (!kept?.waiting || kept.page !== location.pathname + location.search) return
  // A page may have several forms to one address.
  const has = (form) => kept.fields.some(([name]) => form.elements.namedItem(name))
  const form = [...document.forms].find((form) => form.getAttribute("action") === kept.action && has(form))
  if (!form) return
  storage.write(null)
  const left = typed(form)
  for (const [name, value, checked] of kept.fields) {
    const at = left.findIndex((field) => field.name === name && (!isTick(field) || field.value === value))
    if (at < 0) continue
    const [field] = left.splice(at, 1) // the next of the same name is another
    if (isTick(field)) field.checked = checked
    else field.value = value
  }
}

// Every form is kept until it is known where it led.
if (document.querySelector("[data-signed-out]")) {
  const kept = storage.read()
  if (kept) storage.write({ ...kept, waiting: true })
} else {
  if (!storage.read()?.waiting) storage.write(null)
  restore()
  addEventListener("shown", restore) // a dialog that was opened over its page
  addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.method === "post") keep(event.target)
  })
}
