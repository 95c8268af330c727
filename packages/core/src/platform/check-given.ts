/** Throws a `TypeError` for an option that was left out, or is empty. */
export function checkGiven(maker: string, name: string, value: unknown): void {
  if (value !== undefined && value !== null && String(value) !== '') return
  throw new TypeError(`${maker}: "${name}" has to be given; got ${value === '' ? "''" : value}.`)
}
