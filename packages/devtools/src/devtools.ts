import type { Session } from '@tabkeeper/core'
import { defineDevtools, TAG } from './element/element.ts'

/**
 * Shows the sessions of this page in `<tabkeeper-devtools>`, at the foot of it. Called again, it adds to
 * those that are there. Returns the undo. For development: import it on demand, and builds for production
 * leave it out.
 *
 * @example
 * ```ts
 * if (process.env.NODE_ENV === 'development') {
 *   const { devtools } = await import('@tabkeeper/devtools')
 *   devtools(session)
 * }
 * ```
 */
export function devtools(...sessions: readonly Session[]): () => void {
  defineDevtools()
  const there = document.querySelector(`body > ${TAG}`)
  const element = there ?? document.createElement(TAG)
  // What is named so is what was defined so.
  const shown = element as HTMLElementTagNameMap[typeof TAG]
  const before = there === null ? [] : shown.sessions
  shown.sessions = [...before, ...sessions.filter(session => !before.includes(session))]
  if (there === null) document.body.append(shown)
  return () => {
    shown.sessions = shown.sessions.filter(session => !sessions.includes(session))
    if (shown.sessions.length === 0) shown.remove()
  }
}
