import type { Session } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'

/** Uploads in one stream, with a token that lasts: refreshed before the first byte if need be. */
export async function uploadInOneGo(
  session: Session,
  url: string,
  bytes: ReadableStream<Uint8Array>,
): Promise<Response> {
  await session.getAccessToken({ minValidity: 10 * 60_000 })
  const init = { method: 'PUT', body: bytes, duplex: 'half' }
  return withAutoRefresh(fetch, session)(url, init)
}

/** Uploads in pieces from where the server is; a refused piece is repeated, and no other. */
export async function uploadInPieces(
  session: Session,
  url: string,
  file: Blob,
  pieceSize = 5_000_000,
): Promise<void> {
  const api = withAutoRefresh(fetch, session)
  const status = await api(url, { method: 'HEAD' })
  let offset = Number(status.headers.get('Upload-Offset'))
  while (offset < file.size) {
    const piece = file.slice(offset, offset + pieceSize)
    const headers = { 'Upload-Offset': String(offset), 'Content-Type': 'application/octet-stream' }
    const answer = await api(url, { method: 'PATCH', headers, body: piece })
    if (!answer.ok) throw new Error(`The upload stopped at byte ${offset} with ${answer.status}.`)
    offset += piece.size
  }
}
