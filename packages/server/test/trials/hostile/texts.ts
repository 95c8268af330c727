import type { Random } from '../../support/random.ts'

/** What has been trouble for somebody, somewhere. */
export const texts = [
  '',
  ' ',
  'null',
  '__proto__',
  '%00',
  '\u0000',
  '../../etc/passwd',
  "' or 1=1 --",
  'é'.repeat(300),
  '💥',
  '\ud800',
  'srt1_',
  `srt1_${'A'.repeat(96)}`,
  'eyJhbGciOiJub25lIn0.e30.',
  'x'.repeat(5_000),
  '2f1c2d3e-0000-4000-8000-000000000000',
  '99999999999999999999',
  '-1',
]

/** What a request may name without being a stranger's: one that is almost right goes further. */
export interface Known {
  readonly email: string
  readonly refresh_token: string
}

/** Bodies that are rubbish, almost JSON, or almost what an endpoint with these `fields` takes. */
export function hostileBody(random: Random, known: Known, fields: readonly string[]): string {
  const { pick, once } = random
  const value = (depth = 0): unknown =>
    pick<() => unknown>([
      () => pick(texts),
      () => pick([0, -1, 1e308, 0.5, true, false, null]),
      () => (depth > 3 ? 1 : [value(depth + 1), value(depth + 1)]),
      () => (depth > 3 ? {} : { [pick(texts) || 'a']: value(depth + 1) }),
      () => spoil(random, known.refresh_token),
      () => known.email,
    ])()
  /** What gets in, but for one thing. */
  const almostRight = () => ({
    email: pick([known.email, `${crypto.randomUUID()}@bar.example`]),
    password: 'correct horse battery staple',
    [pick([...fields, '__proto__'])]: pick(texts),
  })
  if (once(2)) return JSON.stringify(almostRight())
  return pick([
    () => pick(texts),
    () => JSON.stringify(value()),
    () => JSON.stringify(value()).slice(0, -1),
    () =>
      JSON.stringify(Object.fromEntries(fields.filter(() => once(2)).map(name => [name, value()]))),
    () => '['.repeat(8_000),
  ])()
}

/** The value of a header: what `Headers` and node:http let through. */
export function hostileHeader({ pick }: Random, ...more: readonly string[]): string {
  const text = pick([...texts, ...more])
  return text.replace(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 6_000)
}

/** A token with one character changed, or a piece of one. */
export function spoil({ between, once }: Random, token: string): string {
  const at = between(0, token.length - 2) // the last one of a signature has spare bits
  return once(2)
    ? token.slice(0, at)
    : `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}
