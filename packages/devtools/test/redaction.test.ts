import { expect, it } from 'vitest'
import { marksOf } from '../src/element/marks.ts'
import { explain } from '../src/explain/index.ts'
import { ADA, BOB, during, openTabs } from './tabs.ts'

/** Everything that is secret in these tabs begins so: tokens, names of sessions and of users. */
const CANARIES = /at\.|rt\.|session-\d|ada|bob|right/

it('lets no token, no name of a session and no user out, by any way there is', async () => {
  const { clock, server, sent, open } = openTabs({ grace: 5_000 })
  const one = open()
  const two = open()
  await one.session.login(ADA)
  await during(clock, 2_000, one.session.refresh())
  await during(clock, 2_000, Promise.all([one.ask(3), two.ask(3)]))
  server.fail('lose-answer', 'lose-answer')
  await during(
    clock,
    2_000,
    two.session.refresh().catch(() => {}),
  )
  await two.session.login(BOB)
  await clock.advance(1_000)
  await one.session.logout()
  await clock.advance(1_000)

  expect(one.tab.storage.read('tabkeeper-ending:admin')).toMatch(CANARIES)
  const exported = one.exported()
  const ways = {
    exported,
    sent,
    explained: explain(exported),
    drawn: marksOf(exported.entries, clock.now()).map(({ id, text }) => [id, text]),
  }
  for (const [way, seen] of Object.entries(ways)) {
    const text = JSON.stringify(seen)
    expect(text.length, way).toBeGreaterThan(100)
    expect(text, way).not.toMatch(CANARIES)
  }
})

it('keeps no entry of another tab that is not made of numbers, words and fingerprints', async () => {
  const { clock, open } = openTabs()
  const one = open()
  const before = one.log.entries()
  one.log.take([
    { ...before[0], tab: 'evil', n: 1, token: 'at.1' },
    { what: 'note', text: 'rt.1' },
  ])
  await clock.advance(1_000)

  expect(one.log.entries()).toHaveLength(before.length + 1)
  expect(JSON.stringify(one.exported())).not.toMatch(CANARIES)
})
