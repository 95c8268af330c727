import type { EntryOf } from '../log/entry.ts'
import { groupBy } from './flights.ts'
import { capital, type Finding, type Story } from './story.ts'

/** What a session survived, and said: once for each tab and kind. */
export function warnings(story: Story): readonly Finding[] {
  const groups = groupBy(story.all('warned'), ({ tab, app, code }) => `${tab}:${app}:${code}`)
  return groups.flatMap(([first]) => (first === undefined ? [] : [tell(first, story)]))
}

function tell(warned: EntryOf<'warned'>, story: Story): Finding {
  const { at, app } = warned
  const tab = story.tab(warned.tab)
  const about = { at, app: story.app(app) }
  switch (warned.code) {
    case 'storage-refused':
      return {
        ...about,
        is: 'storage',
        text: `Storage refused the tokens in ${tab}${made(warned, story)}: they are in memory, no other tab sees them, and they are gone when the page is left or reloaded.`,
      }
    case 'copied-tab':
      return {
        ...about,
        is: 'storage',
        text: `${capital(tab)} is a copy of a tab that has the session for itself: it gave up its refresh token.`,
      }
    case 'two-sessions':
      return {
        ...about,
        is: 'mistake',
        text: `There are two sessions of the app in ${tab}: make it once and share it, or dispose of the first.`,
      }
  }
}

function made({ tab, at }: EntryOf<'warned'>, story: Story): string {
  const last = story
    .all('fault')
    .filter(each => each.tab === tab && each.at <= at && each.is.startsWith('storage'))
    .at(-1)
  return last?.is === 'storage-broken' ? ' (the devtools were told to break it)' : ''
}
