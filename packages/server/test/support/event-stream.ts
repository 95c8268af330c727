import type { AuthServer } from '../../src/index.ts'

export interface ReadEvent {
  readonly event: string
  readonly data: unknown
  readonly id: string | undefined
}

/** Opens `GET /api/events` and reads it event by event; comments are counted, not returned. */
export async function openStream(
  server: AuthServer,
  headers: Record<string, string>,
  path = '/api/events',
  origin = 'https://bar.example',
) {
  const response = await server.fetch(new Request(origin + path, { headers }))
  if (!response.body) throw new Error('No body')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let comments = 0

  async function block(): Promise<string | null> {
    while (!text.includes('\n\n')) {
      const { done, value } = await reader.read()
      if (done) return null
      text += value
    }
    const end = text.indexOf('\n\n')
    const found = text.slice(0, end)
    text = text.slice(end + 2)
    return found
  }

  return {
    response,
    get comments() {
      return comments
    },
    /** The next event, or null at the end of the stream. */
    async next(): Promise<ReadEvent | null> {
      for (;;) {
        const found = await block()
        if (found === null) return null
        const lines = found.split('\n')
        const field = (name: string) =>
          lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2)
        const event = field('event')
        if (event !== undefined) {
          return { event, data: JSON.parse(field('data') ?? 'null'), id: field('id') }
        }
        if (found.startsWith(':')) comments++
      }
    },
    cancel: () => reader.cancel(),
  }
}
