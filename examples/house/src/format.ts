const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })

/** Returns a price, given in cents, as people write it. */
export const price = (cents: number): string => money.format(cents / 100)

/** Returns the time of day, with the day before it unless that is today. */
export function moment(iso: string, now: number): string {
  const date = new Date(iso)
  const today = date.toDateString() === new Date(now).toDateString()
  return today ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`
}

/** Returns how long ago something was, to the minute: `just now`, `7 min`, `2 h 5 min`, `3 days`. */
export function since(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
  return `${Math.floor(hours / 24)} days`
}
