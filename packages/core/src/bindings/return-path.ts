/** Any origin will do: only what stays on it is a path. */
const HERE = 'https://here.invalid'

/**
 * Returns where to go after a sign-in: the path, query and fragment that `value` names, or `otherwise`
 * where it names none of this origin. What stands in an address is anybody's to write; by `//evil.test`,
 * `/\evil.test`, `javascript:` and their kin a page would be left for another.
 *
 * @example
 * ```ts
 * returnPath('/orders?open=1') // '/orders?open=1'
 * returnPath('//evil.test') // '/'
 * ```
 */
export function returnPath(value: unknown, otherwise = '/'): string {
  if (typeof value !== 'string' || !URL.canParse(value, HERE)) return otherwise
  const { origin, pathname, search, hash } = new URL(value, HERE)
  // `/.//evil.test` is a path of this origin, and what is left of it is not.
  const isSafe = origin === HERE && !pathname.startsWith('//')
  return isSafe ? pathname + search + hash : otherwise
}
