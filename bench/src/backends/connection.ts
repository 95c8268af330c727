import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** One kept-alive connection, on which one request at a time is asked. */
export interface Connection {
  ask(request: string): Promise<Answer>
  close(): void
}

/**
 * Opens a connection of HTTP/1.1, as little as is needed: what asks shares the processor with what answers,
 * so it has to be much lighter.
 */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let waiting: PromiseWithResolvers<Answer> | undefined
  let received = ''
  socket.on('data', chunk => {
    received += chunk.toString('latin1')
    const answer = readAnswer(received)
    if (answer === null) return
    received = ''
    waiting?.resolve(answer)
  })
  const fail = () => waiting?.reject(new Error('The server closed a connection.'))
  socket.on('error', fail).on('close', fail)
  return {
    ask(request) {
      waiting = Promise.withResolvers<Answer>()
      socket.write(request, 'latin1')
      return waiting.promise
    },
    close: () => end(socket),
  }
}

function end(socket: Socket): void {
  socket.removeAllListeners('close').removeAllListeners('error')
  socket.destroy()
}

/** Returns the answer that the text holds, or null while it is incomplete. */
export function readAnswer(text: string): Answer | null {
  const head = text.indexOf('\r\n\r\n')
  if (head === -1) return null
  const status = Number(text.slice(9, 12))
  const body = head + 4
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
  if (length !== undefined) {
    return text.length < body + Number(length) ? null : { status, body: text.slice(body) }
  }
  if (status === 204) return { status, body: '' }
  return text.endsWith('\r\n0\r\n\r\n') ? { status, body: text.slice(body) } : null
}
