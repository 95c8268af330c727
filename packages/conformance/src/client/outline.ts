/** Members whose values say what happened, and are words of the contract. */
const telling: ReadonlySet<string> = new Set([
  'code',
  'error',
  'status',
  'token_type',
  'rotation',
  'reason',
])

const word = /^[\w .-]{1,40}$/

/**
 * Returns what a body is made of: the names of its members, and of values only numbers, truth and the few
 * words that the contract gives a meaning. Tokens, passwords and what is personal are none of these.
 */
export function outline(value: unknown, name = '', depth = 0): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`
  if (typeof value === 'string') return telling.has(name) && word.test(value) ? `"${value}"` : '…'
  if (Array.isArray(value)) {
    return value.length === 0 ? '[]' : `[${value.length} × ${outline(value[0], '', depth + 1)}]`
  }
  if (typeof value !== 'object') return '…'
  const members = Object.entries(value)
  if (members.length === 0) return '{}'
  if (depth > 0) return '{…}'
  const shown = members
    .slice(0, 12)
    .map(([key, inner]) => `${word.test(key) ? key : '…'}: ${outline(inner, key, depth + 1)}`)
  return `{ ${[...shown, ...(members.length > 12 ? ['…'] : [])].join(', ')} }`
}
