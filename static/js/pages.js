// Pages fetched beside the one that is shown.
let forgetting = false

// The page behind a link, or nothing where it cannot be had.
export async function load(url) {
  try {
    const answer = await fetch(url)
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null
  } catch {
    return null
  }
}

// The step back that closes a dialog is not one to another page: nothing is to be loaded for it.
export function forget() {
  forgetting = true
  setTimeout(() => { forgetting = false }, 50)
}
addEventListener("htmx:before:history:restore", (event) => {
  if (forgetting) event.preventDefault()
})
