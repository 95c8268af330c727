import { type Answer, readAnswer } from './answer.ts'

/** An answer that may go on. */
export interface Stream {
  /** As far as it is known when the headers are there: the body of a stream is none of it. */
  readonly answer: Answer
  /** Whether it is a stream of events, rather than an answer like any other. */
  readonly isStream: boolean
  /** Whether the other end has ended it. */
  isOver(): boolean
  close(): Promise<void>
}

/** Listens to a stream of events until it ends or is closed; any other answer is read to its end. */
export async function openStream(
  response: Response,
  sent: string,
  hangUp: () => void,
): Promise<Stream> {
  const { status, headers, body } = response
  if (!response.ok || !/^text\/event-stream\b/i.test(headers.get('Content-Type') ?? '')) {
    const answer = await readAnswer(response, sent, () => 0)
    return { answer, isStream: false, isOver: () => true, close: async () => {} }
  }
  const reader = body?.getReader()
  let isOver = reader === undefined
  const hear = async () => {
    while (!isOver) isOver = (await reader?.read())?.done ?? true
  }
  const hearing = hear().catch(() => {
    isOver = true // a connection that breaks off is an end, too
  })
  return {
    answer: {
      sent,
      came: `${status} with text/event-stream`,
      status,
      headers,
      body: undefined,
      text: '',
      cookies: [],
      milliseconds: 0,
    },
    isStream: true,
    isOver: () => isOver,
    async close() {
      await reader?.cancel().catch(() => {})
      hangUp()
      await hearing
    },
  }
}
