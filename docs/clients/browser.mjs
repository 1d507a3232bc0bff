// A publishable key is no secret: it may stand in the page. It only reads, and only on the sites that it allows.
export async function whoami(baseUrl, publishableKey) {
  const answer = await fetch(`${baseUrl}/whoami`, {
    headers: { authorization: `Bearer ${publishableKey}` },
  })
  const body = await answer.json()
  if (!answer.ok) throw new Error(`${body.code}: ${body.detail}`)
  return body
}
