import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { CannotCheck, toJUnit } from '../src/index.ts'
import { toText, toVerdict } from '../src/report/text.ts'
import { type Defect, password, startBackend, user } from './support/backend.ts'

/**
 * Puts all that it knows wherever an answer has room for text: whatever was sent, and whatever it gave
 * before. `known` are the values that must not be seen again.
 */
function blabbing(known: Set<string>): Defect {
  return backend => async request => {
    const sent = await request.clone().text()
    for (const [, token = ''] of sent.matchAll(/"(?:refresh_token|password)":"([^"]+)"/g))
      known.add(token)
    const answer = await backend(request)
    const isStream = answer.headers.get('Content-Type') === 'text/event-stream'
    const text = isStream ? '' : await answer.text()
    for (const [, token = ''] of text.matchAll(/"(?:access|refresh)_token":"([^"]+)"/g))
      known.add(token)
    const bearer = request.headers.get('Authorization')?.slice('Bearer '.length)
    const secrets = [...known, ...(bearer ? [bearer] : [])]
    const short = secrets.find(one => one.length <= 40) ?? ''
    const said = secrets.join(' ')
    const headers = new Headers({
      'Content-Type': 'application/json',
      'Access-Control-Allow-Origin': encodeURIComponent(said.slice(0, 500)),
      Vary: encodeURIComponent(short),
    })
    // A sign-in goes through, or there would be nothing to check.
    if (answer.ok && request.url.endsWith('/login')) {
      return new Response(JSON.stringify({ ...JSON.parse(text), error: short, [short]: said }), {
        headers,
      })
    }
    const body = {
      code: short,
      error: short,
      reason: said,
      [short]: said,
      list: [said],
      deep: { said },
    }
    return new Response(JSON.stringify(body), { status: 418, headers })
  }
}

it('says no password and no token, whatever a backend makes of them', async () => {
  const known = new Set<string>()
  const { check } = await startBackend({ defect: blabbing(known) })
  const report = await check()
  const said = [
    JSON.stringify(report),
    toJUnit(report),
    stripVTControlCharacters(toText(report, { width: 100, hasColors: true })),
    toVerdict(report),
  ].join('\n')
  expect(known.size).toBeGreaterThan(20)
  expect(said).toContain('418')
  const spelled = [...known].flatMap(secret => [secret, encodeURIComponent(secret)])
  expect(spelled.filter(secret => said.includes(secret))).toEqual([])
})

it('says none either when it cannot begin', async () => {
  const { check } = await startBackend({
    defect: () => async request => {
      throw new TypeError(`failed: ${await request.text()}`)
    },
  })
  const failure = await check().catch(error => error)
  expect(failure).toBeInstanceOf(CannotCheck)
  expect(failure.message).toContain('POST /login')
  expect(failure.message).not.toContain(password)
  expect(`${failure.stack} ${failure.cause}`).not.toContain(password)
  expect(user).not.toBe(password)
})
