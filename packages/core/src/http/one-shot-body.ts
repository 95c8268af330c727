/**
 * Tells whether a request body can be read only once: a web or Node stream, an async iterable, a
 * `form-data` package's form. Judged by shape, because bodies come from other realms and polyfills.
 *
 * @example
 * ```ts
 * isOneShotBody(new Blob(['x']).stream()) // true
 * isOneShotBody(new Blob(['x'])) // false
 * ```
 */
export function isOneShotBody(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    ('getReader' in body || 'pipe' in body || Symbol.asyncIterator in body)
  )
}
