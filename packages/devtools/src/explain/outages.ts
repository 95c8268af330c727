import type { EntryOf, SessionEntry } from '../log/entry.ts'
import { groupBy } from './flights.ts'
import { capital, type Finding, listed, type Story } from './story.ts'
import { counted, duration } from './words.ts'

type Unreachable = EntryOf<'unreachable'>

/** Times in which the server gave no verdict, from the first refresh that met it to the one that went through. */
export function outages(story: Story): readonly Finding[] {
  const relevant: readonly SessionEntry[] = [
    ...story.all('unreachable'),
    ...story.all('refreshed').filter(({ by }) => by === 'this-tab'),
    ...story.all('signed-out'),
  ].sort((a, b) => a.at - b.at)
  return groupBy(relevant, ({ app }) => app).flatMap(entries =>
    outagesIn(entries).map(outage => tell(outage, outage.run[0]?.app ?? '', story)),
  )
}

interface Outage {
  readonly run: readonly Unreachable[]
  /** What ended it; `null` while nothing has. */
  readonly end: SessionEntry | null
}

function outagesIn(entries: readonly SessionEntry[]): readonly Outage[] {
  const outages: Outage[] = []
  let run: Unreachable[] = []
  for (const entry of entries) {
    if (entry.what === 'unreachable') run.push(entry)
    else {
      if (run.length > 0) outages.push({ run, end: entry })
      run = []
    }
  }
  return run.length > 0 ? [...outages, { run, end: null }] : outages
}

function tell({ run, end }: Outage, app: string, story: Story): Finding {
  const own = run.filter(({ cause }) => cause !== 'another-tab')
  const at = Math.min(...run.map(entry => beginOf(entry, story)))
  const last = end?.at ?? Math.max(...run.map(({ at }) => at))
  const tabs = listed([...new Set(run.map(({ tab }) => story.tab(tab)))])
  const attempts = `${counted(Math.max(1, own.length), 'refresh', 'refreshes')} from ${tabs}`
  const answers = listed([...new Set(own.map(inWords))]) || 'no verdict'
  const pause = duration(Math.max(...run.map(({ retryAfter }) => retryAfter)))
  const text = `${capital(causeOf(own))} for ${duration(last - at)}${made(at, last, story)}: ${attempts} got ${answers}, and backed off for up to ${pause} each time. ${ending(end)}`
  return { at, is: 'unreachable', app: story.app(app), text }
}

function ending(end: SessionEntry | null): string {
  if (end === null) return 'The session went on, and is not refreshed yet.'
  return end.what === 'refreshed'
    ? 'The session went on, and was refreshed after that.'
    : 'The session went on until it was ended.'
}

function causeOf(own: readonly Unreachable[]): string {
  return own.some(({ status }) => status !== null)
    ? 'the server gave no verdict'
    : 'the server could not be reached'
}

function inWords({ cause, status }: Unreachable): string {
  if (status !== null && status < 300)
    return `a ${status} without tokens (a proxy's or a captive portal's page)`
  if (status !== null) return `a ${status}`
  return cause === 'too-slow' ? 'no answer in time' : 'no answer'
}

/** When the refresh began that ended so. */
function beginOf(entry: Unreachable, story: Story): number {
  const flight = story.flights.find(
    ({ outcome }) => outcome.is === 'unreachable' && outcome.answer === entry,
  )
  return flight?.from ?? entry.at
}

function made(from: number, to: number, story: Story): string {
  const isMade = story
    .all('fault')
    .some(
      ({ is, at }) =>
        (is === 'offline' || is === 'lost' || is === 'delayed') && at <= to && at >= from - 60_000,
    )
  return isMade ? ', as the devtools were told to make it' : ''
}
