import type { Transport } from '../options.ts'
import { given, Undecided } from '../verdict.ts'
import { type Answer, isOk, type Question } from './answer.ts'
import { type Grant, readGrant } from './grant.ts'
import type { Secrets } from './secrets.ts'
import type { Sender } from './send.ts'
import type { Stream } from './stream.ts'

/** Who asks, and how. */
export interface ClientSettings {
  readonly user: string
  readonly password: string
  readonly transport: Transport
  readonly clientId: string
  /** Where own pages are: the origin of the backend. */
  readonly ownOrigin: string
  /** A page's origin that the backend should allow. */
  readonly allowedOrigin: string | undefined
  /** Where events are streamed. */
  readonly eventsUrl: string
  /** Seconds after which a sign-in is too old for what wants a recent one. */
  readonly stepUp: number | undefined
  readonly wait: (milliseconds: number) => Promise<void>
  readonly secrets: Secrets
}

/** Seconds to wait, in sum, for the limits of one sign-in to pass: behind one may be another. */
const mostPatience = 120

/** What changes a question. */
export type Change = Pick<Question, 'headers' | 'note' | 'body'>

/** Speaks the contract as a client does: the same words in every transport. */
export interface Client {
  readonly transport: Transport
  readonly user: string
  readonly allowedOrigin: string | undefined
  readonly stepUp: number | undefined
  /** Whether it asks by https. */
  readonly isEncrypted: boolean
  readonly wait: (milliseconds: number) => Promise<void>

  /** Asks as a client that nobody is signed in to. */
  ask(question: Question): Promise<Answer>
  /** Asks as whoever has been given this. */
  as(grant: Grant, question: Question): Promise<Answer>
  /** Signs in, and waits where sign-ins are limited; whatever is not quite that goes out once. */
  login(change?: Change): Promise<Answer>
  refresh(grant: Grant, change?: Change): Promise<Answer>
  me(grant: Grant, note?: string): Promise<Answer>
  list(grant: Grant): Promise<Answer>
  revoke(grant: Grant, id: string, note?: string): Promise<Answer>
  logout(grant: Grant, change?: Change): Promise<Answer>
  logoutAll(grant: Grant, body?: object): Promise<Answer>
  /** Gives a password again; left out: the right one. */
  reauthenticate(grant: Grant, change?: Change): Promise<Answer>
  /** Registers the own address once more, with its password: nothing changes, whatever comes of it. */
  registerAgain(change?: Change): Promise<Answer>
  /** Opens the stream of events; `null` is nobody, who may try with a query. */
  events(grant: Grant | null, query?: string, note?: string): Promise<Stream>

  /**
   * Signs in: a session that a rule may do with as it likes.
   * @throws {Undecided} where that gives nothing
   */
  signIn(): Promise<Grant>
  /** A session that all rules share: nobody refreshes or ends it. */
  shared(): Promise<Grant>
  /** Returns what an answer gives to whoever asked, or null. */
  granted(answer: Answer, by?: Grant): Grant | null
  /**
   * Returns what a refresh gives.
   * @throws {Undecided} where that is nothing
   */
  renew(grant: Grant): Promise<Grant>
  /** What came of something that several rules look at: it happens once. */
  once<T>(story: (client: Client) => Promise<T>): Promise<T>
  /** Whether a text holds a token or a password that has been seen. */
  isTelling(text: string): boolean
  /** Signs out of what rules have opened; `isLast` also of what they share. */
  tidy(options?: { isLast?: boolean }): Promise<void>
}

export function createClient(sender: Sender, settings: ClientSettings): Client {
  const { transport, user, password, secrets } = settings
  const told = new Map<unknown, Promise<unknown>>()
  const open = new Map<string, Grant>()
  let common: Grant | undefined

  /** What every request of the client says of itself; by cookie also what a browser adds. */
  const usual = {
    'X-Session-Client': settings.clientId,
    ...(transport !== 'bearer' && {
      Origin: settings.ownOrigin,
      'Sec-Fetch-Site': 'same-origin',
    }),
  }

  const asClient = (question: Question): Question => ({
    ...question,
    headers: { ...usual, ...question.headers },
  })

  const ask = (question: Question) => sender.send(asClient(question))

  const cookieOf = ({ cookies }: Grant) =>
    [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') || undefined

  /** As whoever has been given this. */
  const withProof = (grant: Grant, { headers, ...question }: Question): Question => ({
    ...question,
    headers: {
      Authorization: grant.accessToken === null ? undefined : `Bearer ${grant.accessToken}`,
      Cookie: cookieOf(grant),
      ...headers,
    },
  })

  const as = (grant: Grant, question: Question) => ask(withProof(grant, question))

  async function login(change?: Change): Promise<Answer> {
    const question = { method: 'POST', path: '/login', body: { email: user, password }, ...change }
    let answer = await ask(question)
    for (let waited = 0; answer.status === 429 && change === undefined; ) {
      const seconds = Number(answer.headers.get('Retry-After')) || 60 // or a date, or nothing
      waited += seconds
      given(waited <= mostPatience, `sign-ins are limited for another ${seconds} seconds`)
      await settings.wait(seconds * 1000)
      answer = await ask(question)
    }
    const grant = readGrant(transport, answer)
    if (grant) keep(grant)
    return answer
  }

  async function refresh(grant: Grant, change: Change = {}): Promise<Answer> {
    const byBody = transport === 'bearer'
    const body = byBody ? { refresh_token: grant.refreshToken } : {}
    const headers = { ...(!byBody && { Cookie: cookieOf(grant) }), ...change.headers }
    const answer = await ask({ method: 'POST', path: '/refresh', body, ...change, headers })
    const renewed = readGrant(transport, answer, grant.cookies)
    if (renewed) keep(renewed)
    return answer
  }

  /** So that it can be signed out of in the end. */
  function keep(grant: Grant): void {
    open.set(keyOf(grant), grant)
  }

  async function signIn(): Promise<Grant> {
    const answer = await login()
    const grant = readGrant(transport, answer)
    given(grant !== null, `${answer.sent} was answered ${answer.came}`)
    return grant
  }

  const client: Client = {
    transport,
    user,
    allowedOrigin: settings.allowedOrigin,
    stepUp: settings.stepUp,
    wait: settings.wait,
    isEncrypted: settings.ownOrigin.startsWith('https:'),
    ask,
    as,
    login,
    refresh,
    signIn,
    isTelling: secrets.areIn,

    me: (grant, note) => as(grant, get('/me', note)),
    list: grant => as(grant, get('/sessions')),

    revoke: (grant, id, note) => as(grant, { ...get(`/sessions/${id}`, note), method: 'DELETE' }),

    logout: (grant, change = {}) =>
      as(grant, {
        method: 'POST',
        path: '/logout',
        body: transport === 'bearer' ? { refresh_token: grant.refreshToken } : {},
        ...change,
      }),

    async logoutAll(grant, body = {}) {
      common = undefined // whether it is over depends on what the backend makes of this
      return as(grant, { method: 'POST', path: '/logout-all', body })
    },

    async reauthenticate(grant, change = {}) {
      const question = { method: 'POST', path: '/reauthenticate', body: { password }, ...change }
      const answer = await as(grant, question)
      const renewed = readGrant(transport, answer, grant.cookies)
      if (renewed) keep(renewed)
      return answer
    },

    async registerAgain(change = {}) {
      const body = { email: user, password }
      const answer = await ask({ method: 'POST', path: '/register', body, ...change })
      const grant = readGrant(transport, answer)
      if (grant) keep(grant)
      return answer
    },

    events(grant, query = '', note) {
      const question = get(settings.eventsUrl + query, note)
      return sender.open(asClient(grant ? withProof(grant, question) : question))
    },

    async shared() {
      // A backend may have ended it for what another rule did, and that is said there.
      if (common === undefined || !isOk(await client.me(common))) common = await signIn()
      return common
    },

    granted: (answer, by) => readGrant(transport, answer, by?.cookies),

    async renew(grant) {
      const answer = await refresh(grant)
      const renewed = readGrant(transport, answer, grant.cookies)
      given(renewed !== null, `${answer.sent} was answered ${answer.came}`)
      return renewed
    },

    once<T>(story: (client: Client) => Promise<T>): Promise<T> {
      const known = told.get(story) ?? story(client)
      told.set(story, known)
      // Only what this very story has come to is kept under it.
      return known as Promise<T>
    },

    async tidy({ isLast = false } = {}) {
      for (const [key, grant] of open) {
        if (!isLast && common && key === keyOf(common)) continue
        open.delete(key)
        try {
          await client.logout(grant)
        } catch (error) {
          if (!(error instanceof Undecided)) throw error // it ends by itself, later
        }
      }
    },
  }
  return client
}

/** What stays the same while a session is refreshed. */
const keyOf = ({ sessionId, refreshToken }: Grant): string => sessionId ?? refreshToken

const get = (path: string, note?: string): Question => ({
  method: 'GET',
  path,
  ...(note !== undefined && { note }),
})
