import { type Flight, flightsIn } from '../explain/flights.ts'
import { counted, duration, tabsIn } from '../explain/words.ts'
import type { Entry } from '../log/entry.ts'

/** What the timeline shows: a moment, or a span of time. */
export interface Mark {
  readonly id: string
  /** The tab and the app that it happened to; `null` for what happened to the whole tab. */
  readonly tab: string
  readonly app: string | null
  readonly from: number
  readonly to: number
  readonly kind:
    | Flight['outcome']['is']
    | 'wait'
    | 'refused'
    | 'signed-in'
    | 'signed-out'
    | 'replaced'
    | 'warned'
    | 'page'
    | 'fault'
  readonly text: string
}

/** One row of the timeline: one app in one tab. */
export interface Lane {
  readonly tab: string
  readonly app: string
}

/** The rows: this tab first, the others in the order in which they came. */
export function lanesOf(entries: readonly Entry[], own: string): readonly Lane[] {
  const lanes = new Map<string, Lane>()
  for (const entry of entries) {
    if (entry.what !== 'state') continue
    const { tab, app } = entry
    lanes.set(`${tab}:${app}`, { tab, app })
  }
  const tabs = tabsIn(entries)
  const rank = ({ tab }: Lane) => (tab === own ? -1 : tabs.indexOf(tab))
  return [...lanes.values()].sort((a, b) => rank(a) - rank(b))
}

/** All marks in the order in which they begin; what is not over lasts until `now`. */
export function marksOf(entries: readonly Entry[], now: number): readonly Mark[] {
  const flights = flightsIn(entries)
  const landed = new Set(flights.map(({ tab, app, to }) => `${tab}:${app}:${to}`))
  // A token may be taken up without a refresh of one's own.
  const isNews = (entry: Entry) =>
    entry.what !== 'refreshed' || !landed.has(`${entry.tab}:${entry.app}:${entry.at}`)
  const others = entries.filter(isNews).map(markOf)
  return [...flights.map(flight => markOfFlight(flight, now)), ...others.filter(isMark)].sort(
    (a, b) => a.from - b.from,
  )
}

function markOfFlight({ tab, app, from, to, outcome }: Flight, now: number): Mark {
  const took = duration((to ?? now) - from)
  const texts: Record<Flight['outcome']['is'], string> = {
    pending: `refresh under way for ${took}`,
    granted: `refreshed in ${took}`,
    adopted: `took up another tab’s token after ${took}`,
    denied: `refresh denied after ${took}`,
    unreachable: `refresh without a verdict after ${took}`,
    abandoned: `refresh abandoned after ${took}`,
  }
  const { is } = outcome
  const detail =
    outcome.is === 'denied'
      ? `: ${outcome.reason}`
      : outcome.is === 'unreachable'
        ? `: ${outcome.answer.status ?? outcome.answer.cause}, pause of ${duration(outcome.answer.retryAfter)}`
        : ''
  return {
    id: `${tab}:${app}:${from}`,
    tab,
    app,
    from,
    to: to ?? now,
    kind: is,
    text: texts[is] + detail,
  }
}

function markOf(entry: Entry): Mark | null {
  const { tab, at, n } = entry
  const moment = { id: `${tab}:${n}`, tab, app: null, from: at, to: at }
  switch (entry.what) {
    case 'signed-in':
      return { ...moment, app: entry.app, kind: 'signed-in', text: 'signed in' }
    case 'refreshed':
      return { ...moment, app: entry.app, kind: 'adopted', text: 'took up another tab’s token' }
    case 'signed-out':
      return { ...moment, app: entry.app, kind: 'signed-out', text: `signed out: ${entry.reason}` }
    case 'replaced':
      return {
        ...moment,
        app: entry.app,
        kind: 'replaced',
        text: `another session took over (${entry.user} person)`,
      }
    case 'warned':
      return { ...moment, app: entry.app, kind: 'warned', text: `warning: ${entry.code}` }
    case 'waited': {
      const { app, count, ms, failed } = entry
      const fate = failed === 0 ? '' : `, ${failed} failed`
      const text = `${counted(count, 'request')} waited ${duration(ms)}${fate}`
      return { ...moment, app, from: at - ms, kind: 'wait', text }
    }
    case 'refused': {
      const { app, count, replayed } = entry
      const text = `401 to ${counted(count, 'request')}, ${replayed} sent again`
      return { ...moment, app, kind: 'refused', text }
    }
    case 'page':
      return {
        ...moment,
        from: at - entry.ms,
        kind: 'page',
        text: entry.is === 'stopped' ? `nothing ran for ${duration(entry.ms)}` : `page ${entry.is}`,
      }
    case 'fault':
      return { ...moment, app: entry.app, kind: 'fault', text: `devtools: ${entry.is}` }
    case 'state':
    case 'unreachable':
    case 'waiting':
      return null
  }
}

function isMark(mark: Mark | null): mark is Mark {
  return mark !== null
}
