/** What of the time is seen: so many milliseconds, up to a moment or, for `null`, to now. */
export interface View {
  readonly span: number
  readonly end: number | null
}

export interface Window {
  readonly from: number
  readonly to: number
}

export const MINUTE: View = { span: 60_000, end: null }

const SHORTEST = 200
const LONGEST = 24 * 3_600_000

export function windowOf({ span, end }: View, now: number): Window {
  const to = end ?? now
  return { from: to - span, to }
}

/** `factor` below 1 comes closer; `around` stays where it is. */
export function zoomed(view: View, factor: number, around: number | null, now: number): View {
  const { from, to } = windowOf(view, now)
  const span = Math.min(LONGEST, Math.max(SHORTEST, view.span * factor))
  if (around === null) return { span, end: view.end }
  const share = (to - around) / (to - from)
  return panned({ span, end: around + share * span }, 0, now)
}

/** Earlier for a negative number of milliseconds; who comes to the end stays with what happens. */
export function panned({ span, end }: View, by: number, now: number): View {
  const moved = (end ?? now) + by
  return { span, end: moved >= now ? null : moved }
}

/** The same view if it shows all of `what`; else one that does. */
export function showing(view: View, what: Window, now: number): View {
  const { from, to } = windowOf(view, now)
  if (what.from >= from && what.to <= to) return view
  const span = Math.max(view.span, (what.to - what.from) * 1.5)
  return panned({ span, end: (what.from + what.to) / 2 + span / 2 }, 0, now)
}

/** A view of everything from `first` on. */
export function fitting(first: number, now: number): View {
  return { span: Math.min(LONGEST, Math.max(10_000, (now - first) * 1.05)), end: null }
}

/** Round moments in a window, about five. */
export function ticksIn({ from, to }: Window): readonly number[] {
  const step = STEPS.find(each => (to - from) / each <= 6) ?? 3_600_000 * 6
  const ticks: number[] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at)
  return ticks
}

const STEPS = [
  50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_800_000, 3_600_000, 7_200_000, 14_400_000,
]
