import type { EntryOf } from '../log/entry.ts'
import { type Flight, firstOf, groupBy } from './flights.ts'
import { capital, type Finding, listed, type Story } from './story.ts'
import { duration } from './words.ts'

type Ending = EntryOf<'signed-out'>

/** Ends of sessions: one finding for each, however many tabs were in it. */
export function endings(story: Story): readonly Finding[] {
  const ends = story.all('signed-out')
  return groupBy(ends, oneEndOf).flatMap(group => {
    const ending = firstOf(group)
    if (ending === undefined) return []
    const others = group.filter(each => each !== ending)
    const text = [why(ending, story), followers(ending, others, story)].filter(Boolean).join(' ')
    return { at: ending.at, is: 'signed-out' as const, app: story.app(ending.app), text }
  })
}

/** The same for all tabs that one end was the end of. */
function oneEndOf({ app, session, at, reason }: Ending): string {
  // Where the server gives its sessions no names, those belong together that ended together.
  const name = session ?? Math.round(at / 10_000)
  return [app, name, reason === 'logout-elsewhere' ? 'logout' : reason].join()
}

function why(ending: Ending, story: Story): string {
  const tab = story.tab(ending.tab)
  const Tab = capital(tab)
  const flight = story.flights.find(
    ({ app, tab, to }) => app === ending.app && tab === ending.tab && to === ending.at,
  )
  const denied = flight?.outcome.is === 'denied' ? flight : null
  switch (ending.reason) {
    case 'logout':
      return wasPressed('signed-out', ending, story)
        ? `Somebody signed out with the button of the devtools in ${tab}.`
        : `Somebody signed out in ${tab}.`
    case 'logout-elsewhere':
      if (denied !== null)
        return `${Tab} was signed out because the server said that its user had signed out elsewhere.`
      return `${Tab} was signed out because somebody signed out in another tab, which is not in this record.`
    case 'reuse-detected':
      return denied === null
        ? `${Tab} learned from another tab that the server has seen a refresh token twice and ended the session as reuse-detected.`
        : `${Tab} was signed out because its refresh was denied as reuse-detected. ${reuse(denied, story)}`
    case 'revoked':
      return `${Tab} was signed out because the server said that the session is revoked: ended from another device or by an administrator, or unknown to the server.`
    case 'account-disabled':
      return `${Tab} was signed out because the server said that the account is disabled.`
    case 'expired':
      return expired(ending, denied !== null, story)
    case 'storage-cleared':
      return (
        retreatOf(ending, story) ??
        `${Tab} was signed out because the tokens vanished from storage without a sign-out: storage was cleared by other code, by the user or by the browser.`
      )
    case 'replaced':
      if (denied !== null)
        return `${Tab} was signed out because the server said that another sign-in had taken the place of its session.`
      return `${Tab} was signed out because another session had taken the place of this one in storage, and is over too.`
    case 'none':
      return `${Tab} found nobody signed in.`
  }
}

/** Who else has shown the token that was taken for stolen. */
function reuse(denied: Flight, story: Story): string {
  const before = story.flights.filter(
    ({ app, session, spent, to }) =>
      app === denied.app &&
      session === denied.session &&
      spent === denied.spent &&
      to !== null &&
      to <= (denied.to ?? 0),
  )
  const winner = before.find(({ outcome }) => outcome.is === 'granted')
  if (winner !== undefined) {
    const ago = duration((denied.to ?? 0) - (winner.to ?? 0))
    return `${capital(story.tab(winner.tab))} had spent the same refresh token ${ago} before. ${kept(denied, story)}`
  }
  const unheard = before.find(({ outcome }) => outcome.is === 'unreachable')
  if (unheard !== undefined)
    return `An earlier refresh of ${story.tab(unheard.tab)} got no answer: the server had made new tokens, which were lost on their way. Give the server a grace for repeated refresh tokens.`
  return 'No tab in this record has spent the same token before: it was used on another device, or stolen.'
}

function kept({ app, tab, from }: Flight, story: Story): string {
  const state = story
    .all('state')
    .filter(each => each.app === app && each.tab === tab && each.at <= from)
    .at(-1)
  switch (state?.persistence) {
    case 'memory':
      return 'Storage was in memory, so that neither could see the tokens of the other.'
    case 'tab':
      return 'The session was kept for one tab only, and one of the two is a copy of the other.'
    default:
      return 'Nothing kept the two from refreshing at once: look for a page without Web Locks, or storage that does not answer.'
  }
}

/** Where storage refuses new tokens, the old ones are taken out of it: nobody is to spend them again. */
function retreatOf({ tab, app, at }: Ending, story: Story): string | null {
  const refused = story
    .all('warned')
    .find(
      each => each.code === 'storage-refused' && each.app === app && Math.abs(at - each.at) < 2_000,
    )
  if (refused === undefined) return null
  const other = story.tab(refused.tab)
  return `${capital(story.tab(tab))} was signed out because storage refused the new tokens of ${other}, which took the old ones away and goes on in memory.`
}

function expired(ending: Ending, isDenied: boolean, story: Story): string {
  const Tab = capital(story.tab(ending.tab))
  if (isDenied)
    return `${Tab} was signed out because the server said that the session has reached its end.`
  const isCopy = story
    .all('warned')
    .some(({ tab, app, code }) => code === 'copied-tab' && tab === ending.tab && app === ending.app)
  return isCopy
    ? `${Tab} was signed out because it is a copy of another tab, which alone may refresh: it ended with its access token, and the other goes on.`
    : `${Tab} was signed out because its access token ended and there was no refresh token to get another one with.`
}

function followers(ending: Ending, others: readonly Ending[], story: Story): string {
  if (others.length === 0) return ''
  const tabs = listed([...new Set(others.map(({ tab }) => story.tab(tab)))])
  const last = Math.max(...others.map(({ at }) => at))
  return `${capital(tabs)} followed within ${duration(Math.max(1, last - ending.at))}.`
}

function wasPressed(is: EntryOf<'fault'>['is'], { tab, at }: Ending, story: Story): boolean {
  return story
    .all('fault')
    .some(each => each.is === is && each.tab === tab && at - each.at < 1_000 && each.at <= at)
}
