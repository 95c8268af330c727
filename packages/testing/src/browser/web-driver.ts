/** The little of WebDriver (W3C) that tabs need. One window has the focus at a time, so commands stand in line. */
export interface WebDriver {
  /** Opens a window at a URL and returns its handle. */
  openWindow(url: string): Promise<string>
  /** Evaluates an expression in a window and awaits its promise; other windows can be driven meanwhile. */
  run(window: string, expression: string): Promise<unknown>
  goto(window: string, url: string): Promise<unknown>
  back(window: string): Promise<unknown>
  reload(window: string): Promise<unknown>
  close(window: string): Promise<unknown>
  quit(): Promise<unknown>
}

/** A driver whose browser did not come up never answers. Milliseconds. */
const LONGEST_COMMAND = 20_000

type Answer = { value?: unknown; error?: string } | null

/** Starts a session, with the capabilities that it has to have, at a driver that may still be on its way up. */
export async function connectWebDriver(base: string, alwaysMatch: object): Promise<WebDriver> {
  await untilUp(`${base}/status`)
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(base + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LONGEST_COMMAND),
    }).catch(cause => {
      throw new Error(`${method} ${path}: no answer`, { cause })
    })
    const { value } = await response.json()
    if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`)
    return value
  }
  const { sessionId } = await send('POST', '/session', { capabilities: { alwaysMatch } })
  const at = `/session/${sessionId}`

  // The window that was there first is never closed: a new one can be asked for only in one that is open.
  const home: string = await send('GET', `${at}/window`)
  let focused = home
  let line: Promise<unknown> = Promise.resolve()
  const inLine = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = line.then(work)
    line = turn.catch(() => {})
    return turn
  }
  const inWindow = (window: string, method: string, path: string, body?: object) =>
    inLine(async () => {
      if (focused !== window) await send('POST', `${at}/window`, { handle: window })
      focused = window
      return send(method, at + path, body)
    })
  const execute = (window: string, script: string, args: unknown[] = []): Promise<Answer> =>
    inWindow(window, 'POST', '/execute/sync', { script, args })

  let runs = 0
  return {
    async openWindow(url) {
      const { handle } = await inWindow(home, 'POST', '/window/new', { type: 'tab' })
      await inWindow(handle, 'POST', '/url', { url })
      return handle
    },
    async run(window, expression) {
      // An asynchronous script would keep the driver from every other window until it ends.
      const key = `tabkeeper-run-${++runs}`
      await execute(window, `${START}(arguments[0], async () => (${expression}))`, [key])
      for (;;) {
        const answer = await execute(window, 'return window[arguments[0]]', [key])
        if (answer?.error !== undefined) throw new Error(answer.error)
        if (answer !== null && 'done' in answer) return answer.value
        if (answer === null) throw new Error('The page went away while it was asked.')
        await new Promise(done => setTimeout(done, 10))
      }
    },
    goto: (window, url) => inWindow(window, 'POST', '/url', { url }),
    back: window => inWindow(window, 'POST', '/back', {}),
    reload: window => inWindow(window, 'POST', '/refresh', {}),
    close: window => inWindow(window, 'DELETE', '/window'),
    quit: () => inLine(() => send('DELETE', at)),
  }
}

/** Runs in the page: keeps the outcome under a key. */
const START = `(async (key, run) => {
  window[key] = {}
  try {
    window[key] = { done: true, value: await run() }
  } catch (error) {
    window[key] = { error: String(error) }
  }
})`

async function untilUp(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fetch(url)
      return
    } catch (error) {
      if (attempt === 100) throw error
      await new Promise(done => setTimeout(done, 50))
    }
  }
}
