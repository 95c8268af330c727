import { answering, type Flawed, get } from '../support/alter.ts'

const isForEvents = ({ url }: Request) => new URL(url).pathname === '/api/events'

/** A stream that says one thing and goes on for ever. */
const endless = () =>
  new Response(
    new ReadableStream({
      start: controller => controller.enqueue(new TextEncoder().encode('retry: 3000\n\n')),
    }),
    { headers: { 'Content-Type': 'text/event-stream' } },
  )

export const eventFlaws: readonly Flawed[] = [
  {
    flaw: 'goes on streaming events after the sign-out',
    breaks: ['events-end'],
    defect: answering((answer, request) => answer.ok && isForEvents(request), endless),
  },
  {
    flaw: 'streams events to whoever asks',
    breaks: ['events-private'],
    defect: answering(({ status }, request) => status === 401 && isForEvents(request), endless),
  },
  {
    flaw: 'takes a token from the URL of a stream',
    breaks: ['events-private'],
    defect: backend => async request => {
      const token = new URL(request.url).searchParams.get('access_token')
      if (!isForEvents(request) || token === null) return backend(request)
      const own = get(request, '/me')
      own.headers.set('Authorization', `Bearer ${token}`)
      return (await backend(own)).ok ? endless() : backend(request)
    },
  },
]
