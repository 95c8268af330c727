// @vitest-environment jsdom
import { createSession, memoryArea, restEndpoint } from '@tabkeeper/core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { devtools } from '../src/index.ts'

const NAME = 'tabkeeper-devtools'

function openSession(app: string) {
  const session = createSession({
    app,
    endpoint: restEndpoint('https://bar.test/api/auth', { fetch: () => new Promise(() => {}) }),
    storage: memoryArea(),
  })
  onTestFinished(() => session.dispose())
  return session
}

function shadow(): ShadowRoot {
  const root = document.querySelector(NAME)?.shadowRoot
  if (!root) throw new Error('The devtools are not in the page.')
  return root
}

function shown(): string {
  return shadow().textContent ?? ''
}

function press(text: string): void {
  const buttons = [...shadow().querySelectorAll('button')]
  const button = buttons.find(each => each.textContent === text)
  if (button === undefined) throw new Error(`There is no button ${text}.`)
  button.click()
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the element', () => {
  it('shows what is left of a token, second by second', async () => {
    const session = openSession('admin')
    onTestFinished(devtools(session))
    session.adopt({ access_token: 'a', refresh_token: 'r', expires_in: 20 })
    press('Tabkeeper')
    const meter = () => shadow().querySelector('[role=meter]')

    await vi.advanceTimersByTimeAsync(1_000)
    expect(meter()?.getAttribute('aria-valuetext')).toMatch(/^(19|20) s left of the token\.$/)
    expect(meter()?.classList).not.toContain('low')
    await vi.advanceTimersByTimeAsync(16_000)
    expect(meter()?.getAttribute('aria-valuetext')).toMatch(/^[34] s left of the token\.$/)
    expect(Number(meter()?.getAttribute('aria-valuenow'))).toBeLessThan(5)
    expect(meter()?.classList).toContain('low')
    await vi.advanceTimersByTimeAsync(4_000)
    expect(shown()).toContain('The token is over: the next request waits for a new one.')
  })

  it('opens and shuts with its attribute, and takes the keyboard into what is there', () => {
    onTestFinished(devtools(openSession('admin')))
    const element = document.querySelector(NAME)
    const isOpen = () => shadow().querySelector('section')?.hidden === false
    const focused = () => shadow().activeElement?.textContent
    element?.focus()
    expect([isOpen(), focused()]).toEqual([false, 'Tabkeeper'])
    element?.setAttribute('open', '')
    element?.focus()
    expect([isOpen(), focused()]).toEqual([true, 'Go offline'])
    element?.removeAttribute('open')
    expect([isOpen(), focused()]).toEqual([false, 'Tabkeeper'])
  })

  it('is one for all sessions of the page, and gone with the last', async () => {
    const quitAdmin = devtools(openSession('admin'))
    const quitBartender = devtools(openSession('bartender'))
    press('Tabkeeper')
    await vi.advanceTimersByTimeAsync(100)

    expect(document.querySelectorAll(NAME)).toHaveLength(1)
    const names = () => [...shadow().querySelectorAll('article h2')].map(h2 => h2.textContent)
    expect(names()).toEqual(['admin', 'bartender'])
    quitAdmin()
    expect(names()).toEqual(['bartender'])
    quitBartender()
    expect(document.querySelector(NAME)).toBeNull()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('mends what it broke when it goes', () => {
    const quit = devtools(openSession('admin'))
    press('Tabkeeper')
    press('Break storage')
    expect(() => localStorage.setItem('a', 'b')).toThrow(DOMException)
    quit()

    localStorage.setItem('a', 'b')
    expect(localStorage.getItem('a')).toBe('b')
  })

  it('says what did not work', async () => {
    onTestFinished(devtools(openSession('admin')))
    press('Tabkeeper')
    press('Refresh')
    await vi.advanceTimersByTimeAsync(100)

    expect(shadow().querySelector('[role=status]')?.textContent).toBe('admin: signed-out')
  })
})
