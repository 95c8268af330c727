import { randomUUID } from 'node:crypto'
import type { Answer } from '../client/answer.ts'
import type { Client } from '../client/client.ts'
import { forge } from '../client/grant.ts'
import { given } from '../verdict.ts'

/**
 * Says that a backend need not have what was asked for.
 * @throws {Undecided} where it has not: there is no such endpoint, or it is closed
 */
export function isOffered({ status, sent, came }: Answer, what: string): void {
  const isThere = ![403, 404, 405, 501].includes(status)
  given(isThere, `no endpoint ${what}: ${sent} was answered ${came}`)
}

// What several rules look at. Each story happens once (`client.once`), however many ask for it.

/** The first sign-in, as it was answered. */
export const firstLogin = (client: Client) => client.login()

/** A wrong password, as it was answered. */
export const wrongPassword = (client: Client) =>
  client.login({
    body: { email: client.user, password: `not-${randomUUID()}` },
    note: 'the password is wrong',
  })

/** The same for a user that there is not, in the same mail domain. */
export const unknownUser = (client: Client) => {
  const [, domain = 'example.test'] = client.user.split('@')
  return client.login({
    body: { email: `nobody-${randomUUID()}@${domain}`, password: `not-${randomUUID()}` },
    note: 'there is no such user',
  })
}

/** A session and its first refresh. */
export async function renewal(client: Client) {
  const first = await client.signIn()
  const answer = await client.refresh(first)
  const next = client.granted(answer, first)
  return { first, answer, next, me: next && (await client.me(next, 'with what the refresh gave')) }
}

/** A refresh with a token that nobody has ever been given, and the session that it looks like. */
export async function refusal(client: Client) {
  const grant = await client.shared()
  const answer = await client.refresh(forge(grant), { note: 'with a token that was never given' })
  return { answer, me: await client.me(grant, 'after a refresh with a forged token') }
}

/** Who is signed in, asked by somebody who is. */
export const whoAmI = async (client: Client) => client.me(await client.shared())

/** The same, asked by somebody who is not. */
export const whoIsNobody = (client: Client) =>
  client.ask({ method: 'GET', path: '/me', note: 'with nothing that proves who asks' })

/** All sessions of the user, asked for by one of them. */
export async function listing(client: Client) {
  const mine = await client.shared()
  return { mine, answer: await client.list(mine) }
}

/** A sign-out, and what is left of the session. */
export async function signOut(client: Client) {
  const other = await client.shared()
  const grant = await client.signIn()
  const answer = await client.logout(grant)
  return {
    grant,
    answer,
    me: await client.me(grant, 'after the sign-out'),
    refreshed: await client.refresh(grant, { note: 'after the sign-out' }),
    others: await client.me(other, 'after the sign-out of another session'),
    unknown: await client.logout(forge(grant), { note: 'with tokens that were never given' }),
  }
}
