/** A `Set-Cookie` header, read. */
export interface SetCookie {
  readonly name: string
  readonly value: string
  /** By names in lower case; those without a value have an empty one. */
  readonly attributes: ReadonlyMap<string, string>
  /** Whether it takes the cookie away. */
  readonly isRemoval: boolean
}

export function readSetCookie(header: string): SetCookie {
  const [pair = '', ...rest] = header.split(';')
  const [name, value] = split(pair)
  const attributes = new Map(
    rest.map(part => {
      const [key, text] = split(part)
      return [key.toLowerCase(), text]
    }),
  )
  const expires = Date.parse(attributes.get('expires') ?? '')
  const isRemoval = Number(attributes.get('max-age') ?? 1) <= 0 || expires < Date.now()
  return { name, value, attributes, isRemoval }
}

function split(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
}
