import type { Detail } from '../log/entry.ts'

/** Time, as a page has it: `wake` calls back once, and returns the undo. */
export interface Clock {
  now(): number
  wake(at: number, callback: () => void): () => void
}

const BEAT = 1_000

/** A page that is seen misses no beat by itself; the timers of one that is hidden may ring once a minute. */
const LONGEST = { seen: 5_000, hidden: 75_000 }

/** Tells when the page is hidden and shown, and when nothing ran in it for a while. Returns the undo. */
export function watchPage(clock: Clock, record: (detail: Detail) => void): () => void {
  const { document, window } = globalThis
  const tell = (is: 'watched' | 'hidden' | 'shown' | 'left') => record({ what: 'page', is, ms: 0 })
  const isHidden = () => document?.visibilityState === 'hidden'
  const undo: (() => void)[] = []
  let last = clock.now()
  let wasHidden = isHidden()
  let cancel = () => {}

  function beat(): void {
    const now = clock.now()
    const patience = wasHidden || isHidden() ? LONGEST.hidden : LONGEST.seen
    if (now - last >= patience) record({ what: 'page', is: 'stopped', ms: Math.round(now - last) })
    last = now
    wasHidden = isHidden()
    cancel = clock.wake(now + BEAT, beat)
  }

  function listen(target: EventTarget | undefined, type: string, listener: () => void): void {
    target?.addEventListener(type, listener)
    undo.push(() => target?.removeEventListener(type, listener))
  }

  tell('watched')
  if (wasHidden) tell('hidden')
  cancel = clock.wake(last + BEAT, beat)
  listen(document, 'visibilitychange', () => tell(isHidden() ? 'hidden' : 'shown'))
  listen(window, 'pagehide', () => tell('left'))
  listen(window, 'pageshow', () => tell(isHidden() ? 'hidden' : 'shown'))
  return () => {
    cancel()
    for (const each of undo) each()
  }
}
