// <form data-upload> sends its files one after the other, each in a row with its progress. Files that are dropped on a page
// with [data-drop], the link to that form, open it and go at once.
import { say } from "./say.js"

const files = new WeakMap() // of the rows
let dropped, request, changed

const part = (root, name) => root.querySelector(`[data-${name}]`)
const open = () => document.querySelector("dialog [data-upload]")
const rows = (form, state) => form.querySelectorAll(`[data-uploads] > [data-state="${state}"]`)

function show(row, state, text) {
  const { name } = files.get(row)
  const button = row.querySelector("button")
  const isOver = state === "done" || state === "refused"
  if (isOver && button === document.activeElement) part(row.closest("form"), "end").focus()
  row.dataset.state = state
  row.querySelector("progress").hidden = state !== "going"
  part(row, "told").textContent = text
  button.hidden = isOver
  button.textContent = state === "failed" ? "Try again" : "Cancel"
  button.ariaLabel = `${button.textContent}: ${name}`
  if (isOver || state === "failed") say(`${name}: ${text}`)
}

function add(form, given) {
  const { most, tooLarge } = form.dataset
  for (const { file, why } of given) {
    const row = part(form, "new-upload").content.firstElementChild.cloneNode(true)
    files.set(row, file)
    part(row, "name").textContent = file.name
    row.querySelector("progress").ariaLabel = `Progress of ${file.name}`
    part(form, "uploads").append(row)
    const wrong = why || (file.size > Number(most) && tooLarge)
    show(row, wrong ? "refused" : "waiting", wrong || "Waiting")
  }
  part(form, "uploads").hidden = false
  run(form)
}

async function run(form) {
  if ("going" in form.dataset) return
  form.dataset.going = ""
  part(form, "sum").hidden = true
  part(form, "end").textContent = "Cancel all"
  for (let row; form.isConnected && (row = rows(form, "waiting")[0]); ) await send(form, row)
  delete form.dataset.going
  if (form.isConnected) end(form)
}

function end(form) {
  const [done, all] = [rows(form, "done").length, part(form, "uploads").children.length]
  part(form, "end").textContent = "Done"
  if (done === all) return part(form, "close").click()
  tell(form, `${done} of ${all} ${all === 1 ? "file" : "files"} uploaded.`)
}

function tell(form, text) {
  part(form, "sum").hidden = false
  part(form, "sum").textContent = text
  say(text)
}

async function send(form, row) {
  const fields = new FormData(form)
  fields.delete("file")
  fields.append("before", rows(form, "done").length)
  fields.append("file", files.get(row))
  request = new XMLHttpRequest()
  request.open("POST", form.action)
  request.setRequestHeader("HX-Request", "true")
  request.upload.onprogress = ({ loaded, total }) => {
    row.querySelector("progress").value = loaded / total
    part(row, "told").textContent = loaded < total ? `${Math.floor((100 * loaded) / total)} %` : "Almost done"
  }
  row.querySelector("progress").value = 0
  show(row, "going", "0 %")
  const ended = await new Promise((resolve) => {
    for (const how of ["load", "error", "abort"]) request.addEventListener(how, () => resolve(how))
    request.send(fields)
  })
  const { status, responseText } = request
  request = null
  if (ended === "abort") return show(row, "failed", "Cancelled")
  if (ended === "error") return show(row, "failed", await reason(form))
  const [text, isOurs] = read(responseText)
  const isDone = isOurs && status === 200
  changed ||= isDone
  show(row, isDone ? "done" : "failed", text)
}

// What an answer says, and whether it is one to a file.
function read(html) {
  const page = new DOMParser().parseFromString(html, "text/html")
  if (part(page, "signed-out")) return ["You were signed out. Sign in again in another tab, then try again", false]
  const told = part(page, "told")
  return [(told ?? page.querySelector("main .empty p"))?.textContent.trim() ?? "Something failed", Boolean(told)]
}

// Where there was no answer: does its page have one?
async function reason(form) {
  try {
    const answer = await fetch(form.action)
    const isThere = answer.ok && !answer.redirected
    return isThere ? "The connection broke off, or the file has changed" : read(await answer.text())[0]
  } catch {
    return "Could not reach Keyroom"
  }
}

addEventListener("submit", (event) => {
  const form = event.target
  if (!form.matches("[data-upload]")) return
  const chosen = [...form.elements.file.files].map((file) => ({ file }))
  if (!chosen.length && part(form, "uploads").hidden) return // the server says what is missing
  event.preventDefault()
  form.elements.file.value = ""
  if (chosen.length) add(form, chosen)
  else form.elements.file.focus()
})

addEventListener("click", (event) => {
  const { target } = event
  const form = target.closest("[data-upload]")
  const row = target.closest("button") && target.closest("[data-uploads] > li")
  const isGoing = form && "going" in form.dataset
  if (row && row.dataset.state === "going") request?.abort()
  else if (row && row.dataset.state === "waiting") show(row, "failed", "Cancelled")
  else if (row) {
    show(row, "waiting", "Waiting")
    run(form)
  } else if (isGoing && target.closest("[data-close]")) {
    event.preventDefault()
    event.stopImmediatePropagation()
    if (!target.closest("[data-end]")) return tell(form, "Files are on their way. Cancel them first.")
    rows(form, "waiting").forEach((row) => show(row, "failed", "Cancelled"))
    request?.abort()
  }
}, true) // before the dialog is closed

addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-going]")) event.preventDefault()
})
// Back to the list, once the dialog is gone from it.
addEventListener("popstate", () => setTimeout(() => {
  if (open()) return
  request?.abort()
  const page = location.pathname + location.search
  if (changed) window.htmx.ajax("GET", page, { target: "#main", select: "#main > .page", swap: "innerHTML" })
  changed = false
}))

const isTaken = ({ dataTransfer }) =>
  dataTransfer?.types.includes("Files") && part(document, "drop") && (open() || !document.querySelector("dialog:modal"))
const drag = (isOver) => document.documentElement.toggleAttribute("data-dragging", isOver)

addEventListener("dragover", (event) => {
  if (!isTaken(event)) return
  event.preventDefault()
  drag(true)
})
addEventListener("dragleave", ({ relatedTarget }) => {
  if (!relatedTarget) drag(false)
})
addEventListener("drop", (event) => {
  drag(false)
  if (!isTaken(event)) return
  event.preventDefault()
  const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file")
  const given = items.map((item) => ({
    file: item.getAsFile(),
    why: item.webkitGetAsEntry?.()?.isDirectory && "This is a folder. Drop the files in it",
  }))
  if (open()) return add(open(), given)
  dropped = given
  part(document, "drop").click()
})
addEventListener("shown", ({ target }) => {
  const form = part(target, "upload")
  if (form && dropped) add(form, dropped)
  if (form) dropped = null
})
