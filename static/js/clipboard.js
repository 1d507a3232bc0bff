// Copies a text by the two ways browsers have. True only if it is on the clipboard; otherwise `source` stays selected.
export async function copy(text, source) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return command(text, source) // plain HTTP, or refused
  }
}

function command(text, source) {
  let written = false
  const write = (event) => {
    event.preventDefault()
    event.stopImmediatePropagation()
    event.clipboardData.setData("text/plain", text)
    written = true
  }
  if (source.select) {
    source.focus()
    source.select()
  } else {
    getSelection().selectAllChildren(source)
  }
  addEventListener("copy", write, { capture: true })
  try {
    return document.execCommand("copy") && written
  } catch {
    return false
  } finally {
    removeEventListener("copy", write, { capture: true })
  }
}
