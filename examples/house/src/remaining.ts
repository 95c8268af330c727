/** Returns how long it is until a moment, as minutes and seconds (`4:05`), or `null` once it is past. */
export function remaining(until: number, now: number): string | null {
  const seconds = Math.ceil((until - now) / 1000)
  if (seconds <= 0) return null
  const padded = String(seconds % 60).padStart(2, '0')
  return `${Math.floor(seconds / 60)}:${padded}`
}

/** Returns the words of the countdown in the quiet line. */
export function expiryInWords(expiresAt: number, now: number): string {
  const left = remaining(expiresAt, now)
  return left ? `next expiry in ${left}` : 'expired, renewed with the next request'
}
