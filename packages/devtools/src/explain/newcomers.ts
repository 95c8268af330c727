import type { EntryOf } from '../log/entry.ts'
import { firstOf, groupBy } from './flights.ts'
import { capital, type Finding, listed, type Story } from './story.ts'
import { counted } from './words.ts'

type Replaced = EntryOf<'replaced'>

/** Other sessions that took the place of one: another person, or the same one again. */
export function newcomers(story: Story): readonly Finding[] {
  const groups = groupBy(story.all('replaced'), ({ app, to }) => `${app}:${to}`)
  return groups.flatMap(group => {
    const change = firstOf(group)
    if (change === undefined) return []
    const others = group.filter(each => each !== change)
    const text = [who(change, story), followers(others, story), failed(change, story)]
    const app = story.app(change.app)
    return {
      at: change.at,
      is: 'another-session' as const,
      app,
      text: text.filter(Boolean).join(' '),
    }
  })
}

function who({ tab, user, by }: Replaced, story: Story): string {
  const place = by === 'this-tab' ? story.tab(tab) : 'a tab that is not in this record'
  switch (user) {
    case 'another':
      return `Another person signed in in ${place}: their session took the place of the one that was there.`
    case 'same':
      return `The same person signed in again in ${place}: a new session took the place of the old.`
    case 'unknown':
      return `Somebody signed in in ${place} over the session that was there.`
  }
}

function followers(others: readonly Replaced[], story: Story): string {
  const tabs = [...new Set(others.map(({ tab }) => story.tab(tab)))]
  return tabs.length === 0 ? '' : `${capital(listed(tabs))} went over to it.`
}

function failed({ at, app }: Replaced, story: Story): string {
  const count = story
    .all('waited')
    .filter(each => each.app === app && Math.abs(each.at - at) < 1_000)
    .reduce((sum, each) => sum + each.failed, 0)
  if (count === 0) return ''
  return `${counted(count, 'request')} that waited failed rather than go out under another identity.`
}
