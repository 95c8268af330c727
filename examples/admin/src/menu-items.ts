import { ApiError } from '@tabkeeper-examples/house/api-error'
import { type MenuItem, menu } from '@tabkeeper-examples/house/bar'
import { api } from './api.ts'

export async function loadMenu(signal: AbortSignal): Promise<readonly MenuItem[]> {
  const { data } = await api.get<unknown>('/menu', { signal })
  const parsed = menu.safeParse(data)
  if (!parsed.success) throw new ApiError('unreadable', 'Not an answer of the bar’s server.')
  return parsed.data.items
}

/** What the server takes, in bytes and by kind; it looks again. */
export const largestPicture = 2 * 1024 * 1024
export const pictureKinds = ['image/png', 'image/jpeg', 'image/webp']

/**
 * Puts a picture on the menu. `progress` is told the part of it that has gone out, from 0 to 1.
 * Should the token be refused on the way, the bytes go out once more, below this function.
 */
export async function putPicture(
  id: string,
  file: Blob,
  progress: (part: number) => void,
  signal: AbortSignal,
): Promise<void> {
  await api.put(imageOf(id), file, {
    signal,
    timeout: 120_000,
    headers: { 'Content-Type': file.type },
    onUploadProgress: ({ loaded, total }) => progress(total ? loaded / total : 0),
  })
}

export async function removePicture(id: string): Promise<void> {
  await api.delete(imageOf(id))
}

const imageOf = (id: string) => `/menu/${encodeURIComponent(id)}/image`
