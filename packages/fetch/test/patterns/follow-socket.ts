import { isSessionError, type Session } from '@tabkeeper/core'

/** Keeps a socket open for as long as this session lasts. Returns the end of it. */
export function followSocket(
  session: Session,
  url: string,
  hear: (data: unknown) => void,
  shortestPause = 500,
): () => void {
  const over = new AbortController()
  const { signal } = over
  let socket: WebSocket | null = null
  let pause = shortestPause

  async function connect(wasRefused = false): Promise<void> {
    try {
      if (wasRefused) await session.refresh({ signal })
      // Waits for a refresh if need be; rejects at once when the session is over.
      const token = await session.getAccessToken({ minValidity: 30_000, signal })
      socket = new WebSocket(url)
      socket.onopen = () => authenticate(token)
      socket.onmessage = ({ data }) => {
        pause = shortestPause
        hear(data)
      }
      socket.onclose = ({ code }) => again(code === 4401) // the server's word for a bad token
    } catch (error) {
      if (isSessionError(error) && error.retryable) again()
      else stop()
    }
  }

  function authenticate(token: string): void {
    if (socket?.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify({ type: 'authenticate', token }))
  }

  function again(wasRefused = false): void {
    setTimeout(() => connect(wasRefused), pause)
    pause = Math.min(2 * pause, 30_000)
  }

  function stop(): void {
    over.abort()
    socket?.close()
    for (const forget of subscriptions) forget()
  }

  const subscriptions = [
    session.on('signed-out', stop),
    session.on('replaced', stop), // somebody else's socket is another one
    session.on('refreshed', () => session.getAccessToken({ signal }).then(authenticate, () => {})),
  ]
  void connect()
  return stop
}
