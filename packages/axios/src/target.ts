import type { AxiosRequestConfig } from 'axios'

/** Where axios itself sees an absolute URL, protocol-relative ones included. */
const ABSOLUTE = /^([a-z][a-z\d+\-.]*:)?\/\//i

/** Returns a URL with the origin that a request goes to: enough to tell whether that origin may see a token. */
export function targetOf({ baseURL, url = '', allowAbsoluteUrls }: AxiosRequestConfig): string {
  if (!baseURL || (ABSOLUTE.test(url) && allowAbsoluteUrls !== false)) return url
  // axios puts a slash between the two, so whatever follows cannot change the origin.
  return `${baseURL}/`
}
