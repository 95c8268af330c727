import * as z from 'zod/mini'

/*
 * What strangers' data is made of, by the two parts of zod/mini that cost least: `object` and `custom`.
 * The others (a string, a number, an array, a literal, a check of a length, a transformation, a
 * discriminated union) would each bring code of its own: 2.8 kB altogether.
 */

export const text = z.custom<string>(value => typeof value === 'string')
export const nonEmpty = z.custom<string>(value => typeof value === 'string' && value !== '')
export const finite = z.custom<number>(Number.isFinite)
export const count = z.custom<number>(value => Number.isFinite(value) && Number(value) >= 0)
export const flag = z.custom<boolean>(value => typeof value === 'boolean')

/** Exactly this word. */
export function word<Word extends string>(is: Word) {
  return z.custom<Word>(value => value === is)
}

/** What has that shape, or `null`. */
export function orNull<T>(schema: z.ZodMiniType<T>) {
  return z.custom<T | null>(value => value === null || schema.safeParse(value).success)
}

/**
 * The members of an object, each to be looked at for itself: where one strange member must not cost the
 * others. Whatever else a value is has none.
 */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' ? { ...value } : {}
}

/** A string, or else the fallback. */
export function textOr<F>(value: unknown, fallback: F): string | F {
  return typeof value === 'string' ? value : fallback
}
