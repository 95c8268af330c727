import { reasonInWords } from '@tabkeeper-examples/house/session-in-words'
import { note } from './log.ts'
import { session } from './session.ts'
import { type Look, readStage } from './stage.ts'

/** What the server’s events mean, for somebody who has not read its documentation. */
const meanings: Readonly<Record<string, string>> = {
  login: 'somebody signed in',
  refreshed: 'a refresh: a new pair of tokens',
  replayed: 'the same refresh again: the same successor, no harm done',
  recovered: 'an old token whose successor never arrived: recovered',
  'reuse-detected': 'a token that was used up is used again: theft, this session ends',
  'refresh-refused': 'a refresh refused',
  revoked: 'a session ended',
}

/** Writes down what happens in this page and at the server. Returns the end of it. */
export function watch(changed: (look: Look) => void): () => void {
  const forget = [
    session.on('signed-in', () => note('page', 'signed in')),
    session.on('signed-out', ({ reason }) =>
      note('page', `signed out: ${reasonInWords(reason) ?? reason}`),
    ),
    session.on('refreshed', ({ by }) =>
      note('page', by === 'this-tab' ? 'a new token' : 'another tab brought a new token'),
    ),
    session.on('refresh-unreachable', () =>
      note('page', 'no answer to a refresh; the session goes on'),
    ),
    session.on('replaced', () => note('page', 'somebody else signed in')),
  ]

  let seen: number | null = null
  let timer: ReturnType<typeof setTimeout>
  let over = false
  const look = async () => {
    const now = await readStage()
    if (over) return
    changed(now)
    if (now === 'absent') return
    timer = setTimeout(look, 700)
    if (now === 'no-answer') return
    // What happened before the page was opened is not told.
    const from: number = seen ?? Date.now()
    for (const { kind, at } of now.events) {
      if (at > from) note('server', meanings[kind] ?? kind, at)
    }
    seen = Math.max(from, ...now.events.map(({ at }) => at))
  }
  void look()

  return () => {
    over = true
    clearTimeout(timer)
    for (const undo of forget) undo()
  }
}
