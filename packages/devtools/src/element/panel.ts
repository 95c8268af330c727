import type { Session } from '@tabkeeper/core'
import { counted, tabsIn } from '../explain/words.ts'
import { createFaults, DELAY } from '../faults/faults.ts'
import type { Entry, EntryOf } from '../log/entry.ts'
import { type Exported, exportLog } from '../log/exported.ts'
import type { Log } from '../log/log.ts'
import { watch } from '../watch/watch.ts'
import type { Clock } from '../watch/watch-page.ts'
import { createCard } from './card.ts'
import { button, html, say } from './dom.ts'
import { lanesOf, marksOf } from './marks.ts'
import { stateInWords, tabsOf } from './tabs.ts'
import { clockTime, createTimeline } from './timeline.ts'

export interface Panel {
  readonly element: HTMLElement
  exported(): Exported
  setOpen(isOpen: boolean): void
  stop(): void
}

/** So many of the latest events are listed, and findings. */
const LISTED = 200
const EXPLAINED = 8

/**
 * Shows the sessions of this page and what happens to them, until it is stopped. While it stays open there
 * is nothing that would open it again.
 */
export function createPanel(
  sessions: readonly Session[],
  log: Log,
  clock: Clock,
  staysOpen: () => boolean,
): Panel {
  const { watched, stop } = watch(sessions, log, clock)
  const apps = Object.fromEntries(watched.map(({ app, session }) => [app, session.app]))
  const faults = createFaults(showFaults)
  const timeline = createTimeline()
  const told = html('p', { class: 'hint', role: 'status' })
  const did = (is: EntryOf<'fault'>['is'], app: string | null = null) =>
    log.record({ what: 'fault', is, app })
  const cards = watched.map(each => createCard(each, did, text => say(told, text)))

  const offline = button('Go offline', () => {
    faults.setOffline(!faults.isOffline())
    did(faults.isOffline() ? 'offline' : 'online')
  })
  const delay = button(`Delay the next answer by ${DELAY / 1_000} s`, () => arm('delayed'))
  const lose = button('Lose the next answer', () => arm('lost'))
  const storage = button('Break storage', () => {
    faults.setStorageBroken(!faults.isStorageBroken())
    did(faults.isStorageBroken() ? 'storage-broken' : 'storage-mended')
  })
  const dots = html(
    'span',
    { class: 'dots', 'aria-hidden': 'true' },
    ...watched.map(() => html('span', { class: 'dot' })),
  )
  const toggle = button('Tabkeeper', () => setOpen(true), { class: 'toggle' })
  const close = button('Close', () => setOpen(false), { class: 'close' })
  toggle.prepend(dots)
  const findings = html('ol', { class: 'findings' })
  const nothing = html('p', { class: 'hint' }, 'Nothing that needs an explanation.')
  const list = html('ol', { class: 'all' })
  const everything = html('details', {}, html('summary', {}, 'All events as a list'), list)
  const panel = html(
    'section',
    { class: 'panel', 'aria-label': 'Tabkeeper devtools', hidden: '' },
    html(
      'div',
      { class: 'row' },
      html(
        'div',
        { class: 'buttons', role: 'group', 'aria-label': 'What goes wrong in this tab' },
        offline,
        delay,
        lose,
        storage,
      ),
      html(
        'div',
        { class: 'buttons' },
        button('Open a second tab', () => window.open(location.href, '_blank', 'noopener')),
        button('Export', save),
        close,
      ),
    ),
    told,
    html('div', { class: 'cards' }, ...cards.map(({ element }) => element)),
    html(
      'div',
      { class: 'story' },
      timeline.element,
      html(
        'section',
        { 'aria-labelledby': 'explained' },
        html('h2', { id: 'explained' }, 'What happened'),
        findings,
        nothing,
        everything,
      ),
    ),
  )
  everything.addEventListener('toggle', show)
  const element = html('div', {}, toggle, panel)
  let cancel = () => {}
  // What the findings that are shown were found in.
  let explained: readonly Entry[] | null = null
  // The picture that is due, if one is.
  let frame: number | null = null

  function arm(fault: 'delayed' | 'lost'): void {
    faults.setNext(faults.next() === fault ? null : fault)
    if (faults.next() !== null) did(fault)
  }

  function showFaults(): void {
    const isPressed = (button: Element, is: boolean) =>
      button.setAttribute('aria-pressed', String(is))
    isPressed(offline, faults.isOffline())
    isPressed(delay, faults.next() === 'delayed')
    isPressed(lose, faults.next() === 'lost')
    isPressed(storage, faults.isStorageBroken())
  }

  function exported(): Exported {
    return exportLog(log, apps)
  }

  function save(): void {
    const blob = new Blob([JSON.stringify(exported(), null, 2)], { type: 'application/json' })
    const href = URL.createObjectURL(blob)
    html('a', { href, download: 'tabkeeper-events.json' }).click()
    URL.revokeObjectURL(href)
    say(told, `${counted(log.entries().length, 'event')} saved as tabkeeper-events.json.`)
  }

  function nameOf(tab: string): string {
    const name = `tab ${tabsIn(log.entries()).indexOf(tab) + 1}`
    return tab === log.tab ? `${name} (this one)` : name
  }

  function show(): void {
    frame = null
    const entries = log.entries()
    const now = clock.now()
    showDots()
    if (panel.hidden) return
    for (const card of cards) card.show(entries, now, log.tab, nameOf)
    const marks = marksOf(entries, now)
    timeline.show({
      lanes: lanesOf(entries, log.tab),
      marks,
      now,
      nameOf: ({ tab, app }) => `${nameOf(tab)} · ${apps[app] ?? app}`,
    })
    void showFindings(entries)
    if (everything.open)
      list.replaceChildren(
        ...marks
          .slice(-LISTED)
          .reverse()
          .map(({ from, tab, app, text }) =>
            html(
              'li',
              {},
              `${clockTime(from)} ${nameOf(tab)}${app === null ? '' : ` · ${apps[app] ?? app}`}: ${text}`,
            ),
          ),
      )
  }

  function showDots(): void {
    const states = watched.map(
      ({ app }) => tabsOf(app, log.entries()).find(({ tab }) => tab === log.tab)?.state,
    )
    for (const [index, state] of states.entries()) {
      const dot = dots.children[index]
      if (dot instanceof HTMLElement) dot.dataset.is = state?.refresh ?? state?.status ?? 'loading'
    }
    const words = watched.map(({ session }, index) => {
      const state = states[index]
      return `${session.app} ${state === undefined ? 'loading' : stateInWords(state)}`
    })
    toggle.setAttribute('aria-label', `Tabkeeper devtools: ${words.join(', ')}`)
  }

  async function showFindings(entries: readonly Entry[]): Promise<void> {
    // Whoever reads or copies them is not disturbed by what is no news.
    if (entries === explained) return
    explained = entries
    // Its sentences are a quarter of all there is to load.
    const { explain } = await import('../explain/explain.ts')
    const latest = explain(exported()).slice(-EXPLAINED)
    nothing.hidden = latest.length > 0
    findings.replaceChildren(
      ...latest.map(({ at, app, text }) =>
        html(
          'li',
          {},
          html('time', {}, clockTime(at)),
          ' ',
          html('strong', {}, app ?? ''),
          ` ${text}`,
        ),
      ),
    )
  }

  function setOpen(isOpen: boolean): void {
    const had = element.matches(':focus-within')
    panel.hidden = !isOpen
    toggle.hidden = isOpen
    // What had the focus is gone: it goes to what undoes it.
    if (had) (isOpen ? close : toggle).focus()
    show()
  }

  function tick(): void {
    show()
    cancel = clock.wake(clock.now() + 1_000, tick)
  }

  panel.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && !staysOpen()) setOpen(false)
  })
  const quit = log.subscribe(() => {
    frame ??= requestAnimationFrame(show)
  })
  showFaults()
  tick()
  return {
    element,
    exported,
    setOpen,
    stop() {
      cancel()
      quit()
      if (frame !== null) cancelAnimationFrame(frame)
      faults.mend()
      stop()
    },
  }
}
