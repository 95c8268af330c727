import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, isOk } from './client/answer.ts'
import { type Client, createClient } from './client/client.ts'
import { createSecrets, type Secrets } from './client/secrets.ts'
import { createSender } from './client/send.ts'
import type { CheckOptions } from './options.ts'
import { type Outcome, type Report, type Result, tally } from './report/report.ts'
import { levels, type Rule, type Story } from './rule.ts'
import { rules } from './rules/index.ts'
import { oldSignIn } from './rules/step-up.ts'
import { firstLogin } from './rules/stories.ts'
import { Deviation, given, Undecided } from './verdict.ts'

/** Nothing can be checked: there is no backend, or it does not let the user in. */
export class CannotCheck extends Error {
  override readonly name = 'CannotCheck'
}

/** Most requests, if nobody says otherwise. */
export const defaultBudget = 250

/** Milliseconds beyond the grace or the age of a sign-in, so that it is over on a clock that is a little behind, too. */
const margin = 1_000

/**
 * Checks a backend against the contract: signs in as the given user, again and again, refreshes, signs
 * out everywhere, guesses its own password a few times. It touches nothing of anybody else.
 *
 * @param onResult Is told what came of each rule, as soon as that is known.
 * @throws {CannotCheck} when nobody answers, or the user cannot sign in.
 * @example
 * const report = await checkServer({
 *   authUrl: 'https://api.example.test/api/auth',
 *   user: email,
 *   password,
 *   slow: true,
 * })
 * for (const { id, is } of report.results) console.log(id, is)
 */
export async function checkServer(
  options: CheckOptions,
  onResult: (result: Result) => void = () => {},
): Promise<Report> {
  const { transport = 'bearer', level = 'hardened', grace = 30, user } = options
  const authUrl = new URL(options.authUrl).href.replace(/\/+$/, '')
  const now = options.now ?? (() => performance.now())
  const wait = options.wait ?? sleep
  const secrets = createSecrets()
  secrets.learn(options.password)
  const sender = createSender({
    authUrl,
    fetch: options.fetch ?? fetch,
    budget: options.budget ?? defaultBudget,
    timeout: options.timeout ?? 10_000,
    now,
    secrets,
  })
  const client = createClient(sender, {
    user,
    password: options.password,
    transport,
    clientId: options.clientId ?? 'default',
    ownOrigin: new URL(authUrl).origin,
    allowedOrigin: options.origin,
    eventsUrl: new URL(options.eventsUrl ?? '/api/events', authUrl).href,
    stepUp: options.stepUp,
    wait,
    secrets,
  })

  const began = now()
  await requireSignIn(client, secrets)
  const asked = rules.filter(
    rule =>
      levels.indexOf(rule.level) <= levels.indexOf(level) &&
      (rule.transports ?? [transport]).includes(transport),
  )
  const results: Result[] = []
  const age = asked.some(({ story }) => story === oldSignIn) ? options.stepUp : undefined
  const longest = Math.max(grace, age ?? 0) * 1000 + margin
  const afterwards = options.slow ? createStories(client, asked, () => wait(longest)) : undefined
  for (const rule of asked) {
    const { id, level, title, why, source } = rule
    const outcome = await judge(() => ask(rule), secrets)
    const result: Result = { id, level, title, why, source, ...outcome }
    results.push(result)
    onResult(result)
    if (!rule.story) await client.tidy()
  }
  await client.tidy({ isLast: true })

  return {
    authUrl,
    user,
    transport,
    level,
    results,
    levels: tally(results),
    requests: sender.count,
    milliseconds: Math.round(now() - began),
    isPassed: results.every(({ is }) => is !== 'failed'),
  }

  async function ask(rule: Rule): Promise<void> {
    if (!rule.story) return rule.check(client)
    given(afterwards !== undefined, `it takes more than the grace of ${grace} seconds (--slow)`)
    return rule.check(client, await afterwards(rule.story))
  }
}

/**
 * Returns the outcome of stories that are longer than the grace. All of them begin when the first is asked
 * for, so that one wait is enough for all.
 */
function createStories(client: Client, asked: readonly Rule[], wait: () => Promise<void>) {
  type Outcomes = ReadonlyMap<Story<unknown>, Promise<unknown>>
  const stories = [...new Set(asked.flatMap(({ story }) => story ?? []))]
  let outcomes: Promise<Outcomes> | undefined

  async function tellAll(): Promise<Outcomes> {
    const beginnings = await inTurn(stories, story => story(client))
    await wait()
    const ends = await inTurn(beginnings, async beginning => (await beginning)())
    return new Map(stories.map((story, index) => [story, ends[index] ?? Promise.resolve()]))
  }

  return async (story: Story<unknown>): Promise<unknown> => {
    outcomes ??= tellAll()
    return (await outcomes).get(story)
  }
}

/** Does one after the other, and keeps what failed for whoever asks for it. */
async function inTurn<From, To>(
  list: readonly From[],
  act: (from: From) => Promise<To>,
): Promise<Promise<To>[]> {
  const acts: Promise<To>[] = []
  for (const each of list) {
    const acting = act(each)
    acts.push(acting)
    await acting.catch(() => {})
  }
  return acts
}

async function requireSignIn(client: Client, secrets: Secrets): Promise<void> {
  try {
    const answer = await client.once(firstLogin)
    const isEndpoint = isOk(answer) && answer.body !== undefined
    given(isEndpoint, `${answer.sent} was answered ${answer.came}${adviceFor(answer)}`)
  } catch (error) {
    if (!(error instanceof Undecided)) throw error
    const sentence = `Nothing can be checked: ${secrets.hide(error.message)}`
    throw new CannotCheck(sentence.endsWith('?') ? sentence : `${sentence}.`)
  }
}

/** What to look into first, of all that can be wrong with how the check was started. */
function adviceFor({ status, body }: Answer): string {
  if (status >= 500 || status === 429) return ''
  if (status === 401) return '; are the user and the password right?'
  const isEndpoint = body !== undefined && [400, 403, 422].includes(status)
  return isEndpoint
    ? '; does it know the client (--client)?'
    : '; is that where the endpoints are (--auth-path)?'
}

/** Everything that is said of a backend passes here, and is cleared of secrets. */
async function judge(check: () => Promise<void>, { hide }: Secrets): Promise<Outcome> {
  try {
    await check()
    return { is: 'passed' }
  } catch (error) {
    if (error instanceof Undecided) return { is: 'undecided', reason: hide(error.message) }
    if (!(error instanceof Deviation)) throw error
    const { sent, expected, came } = error
    return { is: 'failed', sent: hide(sent), expected: hide(expected), came: hide(came) }
  }
}
