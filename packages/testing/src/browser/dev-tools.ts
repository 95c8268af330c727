/** The little of the Chrome DevTools Protocol that tabs need: commands to the browser and to its tabs. */
export interface DevTools {
  /** Sends a command, to a tab where a session is named, and returns its result. */
  send(method: string, params?: object, session?: string): Promise<Record<string, unknown>>
  /** Resolves with the next event of that name in a session. */
  next(event: string, session: string): Promise<void>
}

interface Pending {
  readonly session: string | undefined
  resolve(result: Record<string, unknown>): void
  reject(error: Error): void
}

/** Connects to the browser whose address it wrote on its standard error. */
export async function connectDevTools(address: string): Promise<DevTools> {
  const socket = new WebSocket(address)
  await new Promise((open, failed) => {
    socket.addEventListener('open', open)
    socket.addEventListener('error', () => failed(new Error(`No browser answers at ${address}`)))
  })
  let commands = 0
  const pending = new Map<number, Pending>()
  const awaited = new Set<{ event: string; session: string; resolve(): void }>()

  function abandon(session: string | undefined): void {
    for (const [id, command] of pending) {
      if (session !== undefined && command.session !== session) continue
      pending.delete(id)
      command.reject(new Error('The tab went away while it was asked.'))
    }
  }

  socket.addEventListener('close', () => abandon(undefined))
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, method, params, sessionId } = JSON.parse(data)
    if (method === 'Target.detachedFromTarget') abandon(params.sessionId)
    for (const each of awaited) {
      if (each.event !== method || each.session !== sessionId) continue
      awaited.delete(each)
      each.resolve()
    }
    const command = pending.get(id)
    pending.delete(id)
    if (error === undefined) command?.resolve(result)
    else command?.reject(new Error(error.message))
  })

  return {
    send: (method, params = {}, session) =>
      new Promise((resolve, reject) => {
        pending.set(++commands, { session, resolve, reject })
        socket.send(JSON.stringify({ id: commands, method, params, sessionId: session }))
      }),
    next: (event, session) =>
      new Promise(resolve => {
        awaited.add({ event, session, resolve })
      }),
  }
}
