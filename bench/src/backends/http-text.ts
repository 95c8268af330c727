/** Requests as they go over the wire, written once and sent often. */

export function getText(path: string, headers: Readonly<Record<string, string>>): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines(headers)}\r\n`
}

export function postText(
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const all = { ...headers, 'Content-Length': String(Buffer.byteLength(body)) }
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${lines(all)}\r\n${body}`
}

const lines = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
