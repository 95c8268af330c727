import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchPage } from './page-signals.ts'

const keys = new Set(['admin_token', 'tabkeeper:admin'])
let heard: string[] = []
const signals = {
  changed: () => void heard.push('changed'),
  told: () => void heard.push('told'),
  left: () => void heard.push('left'),
  online: () => void heard.push('online'),
}

class Page extends EventTarget {
  visibilityState = 'visible'
  fire(type: string, more: object = {}) {
    this.dispatchEvent(Object.assign(new Event(type), more))
  }
}

const window = new Page()
const document = new Page()

beforeEach(() => {
  heard = []
  vi.stubGlobal('window', window)
  vi.stubGlobal('document', document)
})
afterEach(() => vi.unstubAllGlobals())

describe('watchPage', () => {
  it('B09: hears of changes to its keys, and of clear(), which has none', () => {
    const { stop } = watchPage(keys, 'a', signals)
    window.fire('storage', { key: 'tabkeeper:admin', newValue: 'never looked at' })
    window.fire('storage', { key: null })
    window.fire('storage', { key: 'somebody_elses' })
    stop()
    expect(heard).toEqual(['changed', 'changed'])
  })

  it('hears when the page is left and when it is back', () => {
    const { stop } = watchPage(keys, 'a', signals)
    document.visibilityState = 'hidden'
    document.fire('visibilitychange')
    document.fire('freeze')
    window.fire('pagehide')
    expect(heard).toEqual(['left', 'left', 'left'])
    heard = []
    document.visibilityState = 'visible'
    // The order that was measured in Chromium, and the focus that comes last.
    document.fire('resume')
    document.fire('visibilitychange')
    window.fire('pageshow', { persisted: true })
    window.fire('focus')
    window.fire('online')
    stop()
    expect(heard).toEqual(['changed', 'changed', 'changed', 'online', 'changed', 'online'])
  })

  it('goes on to miss things where it is thawed in the background', () => {
    const { stop } = watchPage(keys, 'a', signals)
    document.visibilityState = 'hidden'
    document.fire('resume')
    stop()
    expect(heard).toEqual(['changed', 'left'])
  })

  it('F08: hears by a change of visibility alone, where a frame is never focused', () => {
    const { stop } = watchPage(keys, 'a', signals)
    for (const state of ['hidden', 'visible']) {
      document.visibilityState = state
      document.fire('visibilitychange')
    }
    stop()
    expect(heard).toEqual(['left', 'changed'])
  })

  it('hears nothing more once it is stopped', () => {
    watchPage(keys, 'a', signals).stop()
    window.fire('storage', { key: null })
    window.fire('pageshow')
    document.fire('freeze')
    expect(heard).toEqual([])
  })

  it('tells the other tabs that something changed, and nothing else', async () => {
    const [one, two] = [watchPage(keys, 'a', signals), watchPage(keys, 'a', signals)]
    const other = new BroadcastChannel('a')
    const message = new Promise<unknown>(done => {
      other.onmessage = event => done(event.data)
    })
    one.publish()

    expect(await message).toBe('changed')
    expect(heard).toEqual(['told'])
    one.stop()
    two.stop()
    other.close()
  })

  it('B13: a channel that fails costs nothing', () => {
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        addEventListener() {}
        removeEventListener() {}
        close() {}
        postMessage() {
          throw new DOMException('closed', 'InvalidStateError')
        }
      },
    )
    const { publish, stop } = watchPage(keys, 'a', signals)
    expect(publish).not.toThrow()
    stop()
  })

  it.each([
    ['is missing', undefined],
    [
      'throws',
      class {
        constructor() {
          throw new DOMException('sandboxed', 'SecurityError')
        }
      },
    ],
  ])('does without a channel where there %s', (_, channel) => {
    vi.stubGlobal('BroadcastChannel', channel)
    const { publish, stop } = watchPage(keys, 'a', signals)
    publish()
    window.fire('storage', { key: null })
    stop()
    expect(heard).toEqual(['changed'])
  })

  it('K07: does without a page', () => {
    vi.stubGlobal('window', undefined)
    vi.stubGlobal('document', undefined)
    const { publish, stop } = watchPage(keys, 'a', signals)
    publish()
    stop()
    expect(heard).toEqual([])
  })
})
