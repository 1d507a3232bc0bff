const { KEYROOM_BASE_URL, KEYROOM_API_KEY } = process.env

export async function call(path, options = {}, tries = 3) {
  const answer = await fetch(KEYROOM_BASE_URL + path, {
    ...options,
    headers: { ...options.headers, authorization: `Bearer ${KEYROOM_API_KEY}` },
    signal: AbortSignal.timeout(10_000),
  })
  if ([429, 503].includes(answer.status) && tries > 1) {
    const seconds = Number(answer.headers.get("retry-after") ?? 1)
    await new Promise((done) => setTimeout(done, seconds * 1000))
    return call(path, options, tries - 1)
  }
  const text = await answer.text()
  const body = text ? JSON.parse(text) : null
  if (!answer.ok) throw new Error(`${body.code}: ${body.detail} (request ${body.request_id})`)
  return body
}

const { key, permissions } = await call("/whoami")
console.log(key.label, "may", permissions.join(", ") || "do nothing")
