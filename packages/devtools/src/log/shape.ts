/** Tells whether a value is what a member may be. */
type Check<T> = (value: unknown) => value is T

/** The members of something, and what each may be: numbers, words of closed sets and fingerprints. */
export type Shape = Readonly<Record<string, Check<unknown>>>

/** What a shape describes. */
export type Shaped<S extends Shape> = {
  readonly [Name in keyof S]: S[Name] extends Check<infer T> ? T : never
}

/** A count, or milliseconds. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** As `fingerprint` makes them. */
export function isPrint(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-z]{1,7}$/.test(value)
}

export function oneOf<Word extends string>(...words: readonly Word[]): Check<Word> {
  return (value): value is Word => words.some(word => word === value)
}

export function orNull<T>(is: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || is(value)
}

/** The members of `given` that the shape knows, and no others; `null` where one is not as it should be. */
export function readShape<S extends Shape>(shape: S, given: object): Shaped<S> | null {
  const names = Object.keys(shape)
  if (!names.every(name => shape[name]?.(Reflect.get(given, name)))) return null
  // Each member was looked at just now.
  return Object.fromEntries(names.map(name => [name, Reflect.get(given, name)])) as Shaped<S>
}
