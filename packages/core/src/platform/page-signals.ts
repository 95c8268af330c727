import type { PageSignals, PageWatch } from '../ports/page-signals.ts'

/**
 * Listens to everything by which a page learns that the world went on without it. What the events carry
 * is never looked at: after a freeze a `storage` event arrives late with a value that is no longer true.
 * Returns the undo. Where there is no window (Node, workers) only the channel is listened to.
 */
export function watchPage(
  keys: ReadonlySet<string>,
  channel: string,
  signals: PageSignals,
): PageWatch {
  const undo: (() => void)[] = []
  const { changed, told, left, online } = signals

  function listen(target: EventTarget | undefined, type: string, listener: (event: Event) => void) {
    if (target?.addEventListener === undefined) return
    target.addEventListener(type, listener)
    undo.push(() => target.removeEventListener(type, listener))
  }

  const { window, document } = globalThis
  listen(window, 'storage', event => {
    // `clear()` has no key.
    const key = 'key' in event && typeof event.key === 'string' ? event.key : null
    if (key === null || keys.has(key)) changed()
  })
  listen(window, 'online', online)
  listen(window, 'pageshow', changed)
  listen(window, 'pageshow', online)
  listen(window, 'focus', changed)
  listen(window, 'pagehide', left)
  listen(document, 'freeze', left)
  // A page may be thawed and stay in the background.
  listen(document, 'resume', () => {
    changed()
    if (document.visibilityState === 'hidden') left()
  })
  listen(document, 'visibilitychange', () =>
    document.visibilityState === 'hidden' ? left() : changed(),
  )

  const tabs = openChannel(channel)
  listen(tabs ?? undefined, 'message', told)

  return {
    publish() {
      try {
        tabs?.postMessage('changed')
      } catch {
        // Storage events say the same.
      }
    },
    stop() {
      for (const each of undo) each()
      tabs?.close()
    },
  }
}

function openChannel(name: string): BroadcastChannel | null {
  try {
    const channel = new BroadcastChannel(name)
    // In Node an open channel would keep the process alive.
    if ('unref' in channel && typeof channel.unref === 'function') channel.unref()
    return channel
  } catch {
    return null
  }
}
