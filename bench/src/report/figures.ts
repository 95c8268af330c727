/** Figures as people read them. */

export function microseconds(us: number): string {
  return `${us < 10 ? us.toFixed(2) : us.toFixed(1)} µs`
}

export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`
}

export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

/** How many times as much: `2.4 ×`, and `53 ×` where nobody asks for more. */
export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)} ×`
}

/** A count over several rounds: one number if it was always the same. */
export function range(counts: readonly number[]): string {
  const least = Math.min(...counts)
  const most = Math.max(...counts)
  return least === most ? String(least) : `${least}–${most}`
}
