import type { EntryOf } from '../log/entry.ts'
import { capital, type Finding, type Story } from './story.ts'
import { duration } from './words.ts'

type Stop = EntryOf<'page'>

/** Times in which nothing ran in a page. */
export function stops(story: Story): readonly Finding[] {
  const all = story.all('page').filter(({ is }) => is === 'stopped')
  const told = new Set<Stop>()
  return all.flatMap(stop => {
    if (told.has(stop)) return []
    const together = all.filter(each => overlaps(stop, each))
    for (const each of together) told.add(each)
    const tabs = new Set(together.map(({ tab }) => tab))
    const text =
      tabs.size > 1
        ? `Nothing ran in ${tabs.size} tabs for ${duration(stop.ms)}: the device slept.`
        : `Nothing ran in ${story.tab(stop.tab)} for ${duration(stop.ms)}: the tab was frozen, or the device slept.${meanwhile(stop, story)}`
    return [{ at: stop.at - stop.ms, is: 'stopped' as const, app: null, text }]
  })
}

/** Whether two of them cover mostly the same time. */
function overlaps(a: Stop, b: Stop): boolean {
  const shared = Math.min(a.at, b.at) - Math.max(a.at - a.ms, b.at - b.ms)
  return shared > 0.8 * Math.max(a.ms, b.ms)
}

/** What became of a refresh that was under way in the tab. */
function meanwhile({ tab, at, ms }: Stop, story: Story): string {
  const begin = at - ms
  const mine = story.flights.find(
    flight =>
      flight.tab === tab && flight.from <= begin + 1_500 && (flight.to ?? at) >= begin + ms / 2,
  )
  if (mine === undefined) return ''
  const other = story.flights.find(
    flight =>
      flight.tab !== tab &&
      flight.app === mine.app &&
      flight.outcome.is === 'granted' &&
      flight.from >= mine.from &&
      (flight.to ?? at) <= at,
  )
  if (other === undefined) return ' It was in the middle of a refresh.'
  const waited = duration((other.to ?? other.from) - other.from)
  return ` It was in the middle of a refresh: ${story.tab(other.tab)} passed it over, and had a token after ${waited}.${late(mine.outcome.is, tab, story)}`
}

function late(is: string, tab: string, story: Story): string {
  return is === 'adopted' ? ` ${capital(story.tab(tab))} took that up when it went on.` : ''
}
