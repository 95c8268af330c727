import { groupBy } from './flights.ts'
import type { Finding, Story } from './story.ts'
import { counted, duration } from './words.ts'

/** People notice. */
const LONG = 2_000

/** Requests that waited long for a token, and those that a fresh token did not help. */
export function waits(story: Story): readonly Finding[] {
  return [...slow(story), ...refused(story)]
}

function slow(story: Story): readonly Finding[] {
  return story
    .all('waited')
    .filter(({ ms, failed }) => ms >= LONG || failed > 0)
    .map(({ at, ms, app, tab, count, failed }) => {
      const fate = failed === 0 ? 'none failed' : `${failed} of them failed`
      const text = `${counted(count, 'request')} waited for a token in ${story.tab(tab)}, for up to ${duration(ms)}; ${fate}.`
      return { at: at - ms, is: 'waited', app: story.app(app), text }
    })
}

function refused(story: Story): readonly Finding[] {
  const final = story.all('refused').filter(({ count, replayed }) => replayed < count)
  return groupBy(final, ({ app, tab }) => `${app}:${tab}`).flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const { at, ms, app, tab } = first
    const count = group.reduce((sum, each) => sum + each.count - each.replayed, 0)
    const isOver = story.all('signed-out').some(each => each.app === app && each.tab === tab)
    if (isOver) return []
    const text = `A server answered 401 to ${counted(count, 'request')} of ${story.tab(tab)}, and a newer token did not help or could not be had: it is about the resource, or the API does not take what the auth server grants (its clock, key or audience).`
    return [{ at: at - ms, is: 'refused', app: story.app(app), text }]
  })
}
