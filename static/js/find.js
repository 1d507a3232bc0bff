// Part of a page, asked for while somebody types: only the last answer counts.
let last

// Nothing where a later question was asked meanwhile; null where there was no answer.
export async function find(address, q) {
  last?.abort()
  const { signal } = (last = new AbortController())
  try {
    const url = `${address}?${new URLSearchParams({ q })}`
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal })
    if (answer.redirected) location.reload() // signed out meanwhile
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").body : null
  } catch {
    return signal.aborted ? undefined : null
  }
}
