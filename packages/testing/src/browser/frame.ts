import { createPage, type Page, type Tab } from './tab.ts'

/**
 * The page in the first frame of a tab. No driver reaches every frame of every engine, so the page
 * around it passes on what is asked; see `page.ts` for the other end.
 */
export function frameIn(tab: Tab): Page {
  let runs = 0
  return createPage(expression => tab.evaluate(askFrame, [++runs, expression] as const))
}

/** Runs in the page around. */
function askFrame([run, expression]: readonly [number, string]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const listen = ({ data }: MessageEvent) => {
      if (data?.ran !== run) return
      removeEventListener('message', listen)
      if ('error' in data) reject(new Error(data.error))
      else resolve(data.value)
    }
    addEventListener('message', listen)
    window.frames[0]?.postMessage({ run, expression }, '*')
  })
}
