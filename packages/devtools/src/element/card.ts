import { isSessionError, type Session } from '@tabkeeper/core'
import { countdown, counted } from '../explain/words.ts'
import type { Entry, EntryOf } from '../log/entry.ts'
import type { Watched } from '../watch/watch.ts'
import { button, html, say } from './dom.ts'
import { persistenceInWords, stateInWords, tabsOf } from './tabs.ts'

export interface Card {
  readonly element: HTMLElement
  show(entries: readonly Entry[], now: number, own: string, nameOf: (tab: string) => string): void
}

/** One session: what it is in, what is left of its token, and what can be done to it. */
export function createCard(
  { session, app, requests }: Watched,
  did: (is: EntryOf<'fault'>['is'], app: string) => void,
  tell: (message: string) => void,
): Card {
  const status = html('span', { class: 'status' })
  const life = html('div', { class: 'life' })
  const meter = html(
    'div',
    {
      class: 'meter',
      role: 'meter',
      'aria-label': `Remaining life of the access token of ${session.app}`,
      'aria-valuemin': '0',
    },
    life,
  )
  const left = html('p', { class: 'left' })
  const facts = { Kept: html('dd'), Waiting: html('dd'), Session: html('dd'), Tabs: html('dd') }
  // When the token that is shown was seen first: the public state does not say how long it lives.
  let token = { expiresAt: 0, since: 0 }

  const attempt = async (is: EntryOf<'fault'>['is'], action: () => Promise<unknown>) => {
    did(is, app)
    tell('')
    try {
      await action()
    } catch (error) {
      tell(`${session.app}: ${isSessionError(error) ? error.code : 'it did not work'}`)
    }
  }
  const expire = async () => requests.expire()
  const element = html(
    'article',
    { class: 'card', 'aria-label': session.app },
    html('div', { class: 'row' }, html('h2', { class: 'app' }, session.app), status),
    meter,
    left,
    html(
      'dl',
      {},
      ...Object.entries(facts).map(([name, value]) => html('div', {}, html('dt', {}, name), value)),
    ),
    html(
      'div',
      { class: 'buttons' },
      button('Expire now', () => attempt('expired', expire)),
      button('Refresh', () => attempt('refreshed', () => session.refresh())),
      button('Sign out', () => attempt('signed-out', () => session.logout())),
    ),
  )

  function showLife(session: Session, now: number): void {
    const state = session.getState()
    const expiresAt = state.status === 'authenticated' ? state.expiresAt : null
    const isHeldOver = requests.isOver()
    if (expiresAt !== null && expiresAt !== token.expiresAt) token = { expiresAt, since: now }
    const whole = expiresAt === null ? 0 : Math.max(1, token.expiresAt - token.since)
    const rest = expiresAt === null || isHeldOver ? 0 : Math.max(0, expiresAt - now)
    const text =
      state.status !== 'authenticated'
        ? 'No token.'
        : expiresAt === null
          ? 'Nobody knows when the token ends.'
          : isHeldOver
            ? 'Treated as over: the next request waits for a new token.'
            : rest === 0
              ? 'The token is over: the next request waits for a new one.'
              : `${countdown(rest)} left of the token.`
    const seconds = (ms: number) => String(Math.ceil(ms / 1_000))
    meter.setAttribute('aria-valuemax', seconds(whole))
    meter.setAttribute('aria-valuenow', seconds(Math.min(rest, whole)))
    meter.setAttribute('aria-valuetext', text)
    meter.classList.toggle('low', whole > 0 && rest < whole / 5)
    life.style.setProperty('transform', `scaleX(${whole === 0 ? 0 : Math.min(1, rest / whole)})`)
    say(left, text)
  }

  return {
    element,
    show(entries, now, own, nameOf) {
      const tabs = tabsOf(app, entries)
      const here = tabs.find(({ tab }) => tab === own)
      if (here !== undefined) {
        say(status, stateInWords(here.state))
        status.dataset.is = here.state.refresh ?? here.state.status
        say(facts.Kept, persistenceInWords(here.state.persistence))
        say(
          facts.Session,
          here.state.status === 'authenticated' ? (here.state.session ?? 'without a name') : '–',
        )
      }
      say(facts.Waiting, counted(requests.waiting(), 'request'))
      say(
        facts.Tabs,
        tabs
          .map(each => {
            const waiting = each.waiting > 0 ? `, ${counted(each.waiting, 'request')} waiting` : ''
            return `${nameOf(each.tab)}: ${stateInWords(each.state)}${each.isHidden ? ', hidden' : ''}${waiting}`
          })
          .join(' · '),
      )
      showLife(session, now)
    },
  }
}
