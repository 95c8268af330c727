import { connect } from 'node:net'
import type { Random } from '../../support/random.ts'

export interface BytesReport {
  readonly connections: number
  /** Status codes of the answers, and `none` for connections that were closed without one. */
  readonly answers: Readonly<Record<string, number>>
}

/** Milliseconds: a server may wait for the rest of a request for longer than anybody here does. */
const patience = 300

const atATime = 20

/**
 * Throws bytes at a port that are almost HTTP requests, each over a connection of its own, twenty at a
 * time; resolves with what came back.
 */
export async function throwBytes(
  port: number,
  random: Random,
  connections: number,
): Promise<BytesReport> {
  const answers: Record<string, number> = {}
  let left = connections
  const throwSome = async () => {
    while (left-- > 0) {
      const status = await throwOne(port, hostileBytes(random))
      answers[status] = (answers[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: atATime }, throwSome))
  return { connections, answers }
}

/** Resolves with the status of the first answer, or `none`. */
function throwOne(port: number, bytes: Buffer): Promise<string> {
  return new Promise(resolve => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.setTimeout(patience, () => socket.destroy())
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
    })
    socket.on('error', () => {}) // it may be closed while there is more to write
    socket.on('close', () => resolve(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'none'))
  })
}

/** A good request with one or two things about it that are not. */
function hostileBytes(random: Random): Buffer {
  const { pick, between, once } = random
  const rarely = (good: string, bad: readonly string[]) => (once(6) ? pick(bad) : good)
  const [method, path, body] = pick([
    ['GET', '/api/auth/me', ''],
    ['GET', '/api/auth/.well-known/jwks.json', ''],
    ['POST', '/api/auth/refresh', '{"refresh_token":"srt1_"}'],
    ['POST', '/api/auth/login', '{"email":"a@b.example","password":"'],
  ] as const)
  const length = `${body.length}`
  const paths = ['//', '/api/auth/%zz', 'http://elsewhere.example/', '*', `/${'a'.repeat(20_000)}`]
  const lines = [
    `${rarely(method, ['TRACE', 'CONNECT', 'get', ''])} ${rarely(path, paths)} ${rarely('HTTP/1.1', ['HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', ''])}`,
    `Host: ${rarely('bar.example', ['a b', '', '[::1', '\u0000', 'bar.example:99999', '<script>'])}`,
    `Content-Type: ${rarely('application/json', ['text/plain', 'é', 'x'.repeat(9_000)])}`,
    `Content-Length: ${rarely(length, [`${body.length + 5}`, '0', '-1', '9'.repeat(20), 'x', ''])}`,
    `Cookie: ${rarely('a=b', ['a=b;'.repeat(5_000), ';;', '\u0001'])}`,
    `Authorization: ${rarely('Bearer x', ['Bearer \u0001', 'Bearer é', 'Basic', 'x'.repeat(30_000)])}`,
  ]
  if (once(8)) lines.push(`Transfer-Encoding: ${pick(['chunked', 'gzip', 'chunked, chunked'])}`)
  if (once(8)) lines.push(`Expect: ${pick(['100-continue', 'the unexpected'])}`)
  if (once(8)) lines.push(pick([' folded', 'no colon', ': no name', 'Upgrade: h2c', 'Host: twice']))
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1')
  for (let flips = once(4) ? between(1, 5) : 0; flips > 0; flips--) {
    bytes[between(0, bytes.length - 1)] = between(0, 255)
  }
  return once(8) ? bytes.subarray(0, between(0, bytes.length)) : bytes
}
