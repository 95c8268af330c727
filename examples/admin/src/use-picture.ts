import { failureInWords } from '@tabkeeper-examples/house/failure'
import { isCancel } from 'axios'
import { useEffect, useRef, useState } from 'react'
import { largestPicture, pictureKinds, putPicture, removePicture } from './menu-items.ts'

type Work =
  | { readonly is: 'idle' }
  | { readonly is: 'uploading'; readonly part: number }
  | { readonly is: 'removing' }
  | { readonly is: 'failed'; readonly why: string }

/** Changes the picture of one drink. What is on its way when the page is left is given up. */
export function usePicture(id: string, changed: () => Promise<unknown>) {
  const [work, setWork] = useState<Work>({ is: 'idle' })
  const upload = useRef<AbortController>(undefined)
  useEffect(() => () => upload.current?.abort(), [])

  function renew(): AbortController {
    upload.current = new AbortController()
    return upload.current
  }

  async function attempt(act: () => Promise<void>) {
    try {
      await act()
      await changed()
      setWork({ is: 'idle' })
    } catch (error) {
      setWork(isCancel(error) ? { is: 'idle' } : { is: 'failed', why: failureInWords(error) })
    }
  }

  return {
    work,
    async put(file: File) {
      const problem = problemOf(file)
      if (problem) return setWork({ is: 'failed', why: problem })
      const { signal } = renew()
      setWork({ is: 'uploading', part: 0 })
      const progress = (part: number) => setWork({ is: 'uploading', part })
      await attempt(() => putPicture(id, file, progress, signal))
    },
    cancel: () => upload.current?.abort(),
    async remove() {
      setWork({ is: 'removing' })
      await attempt(() => removePicture(id))
    },
  }
}

function problemOf(file: File): string | null {
  if (!pictureKinds.includes(file.type)) return 'Choose a PNG, JPEG or WebP picture.'
  if (file.size > largestPicture) return 'This picture is too large. 2 MB is the most.'
  return null
}
