import type { AxiosRequestConfig } from 'axios'

/** Where axios itself sees an absolute URL, protocol-relative ones included. */
const ABSOLUTE = /^([a-z][a-z\d+\-.]*:)?\/\//i

/**
 * Returns a URL with the origin that a request goes to: enough to tell whether that origin may see a
 * token. `null` for an absolute URL where none is wanted, because releases of axios differ in where
 * that goes.
 */
export function targetOf(config: AxiosRequestConfig): string | null {
  const { baseURL, allowAbsoluteUrls } = config
  // A URL object, which the types forbid, gets through most of axios's adapters.
  const url = String(config.url ?? '')
  if (!baseURL) return url
  if (ABSOLUTE.test(url)) return allowAbsoluteUrls === false ? null : url
  // axios puts a slash between the two, so whatever follows cannot change the origin.
  return `${baseURL}/`
}
