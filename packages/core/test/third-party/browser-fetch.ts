/** Returns a `fetch` with the cookies of one browser, and what it has of them. */
export function browserFetch() {
  const cookies = new Map<string, string>()
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    const isWelcome = init?.credentials === 'include'
    if (isWelcome && cookies.size > 0) {
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    }
    const answer = await globalThis.fetch(input, { ...init, headers })
    for (const line of isWelcome ? answer.headers.getSetCookie() : []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const isRemoval = value === '' || /expires=Thu, 01 Jan 1970|max-age=0/i.test(line)
      if (isRemoval) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return { fetch, cookies }
}
