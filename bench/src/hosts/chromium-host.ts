import type { Page } from 'playwright-core'
import { openProfile, type Profile } from '../../../packages/testing/src/browser/chromium.ts'
import { bundleSubject } from '../bundle.ts'
import { CATALOGUE, type Listed } from '../peers/catalogue.ts'
import type { Host } from './host.ts'

export type { Profile }

/** Opens Chromium with a new profile, in which a page can ask for its garbage to be collected. */
export function openBrowser(): Promise<Profile> {
  return openProfile(['--js-flags=--expose-gc'])
}

export type Documents = ReadonlyMap<string, { readonly type: string; readonly body: string }>

/** The pages of all subjects, and their scripts. */
export async function subjectDocuments(
  catalogue: readonly Listed[] = CATALOGUE,
): Promise<Documents> {
  const documents = new Map<string, { type: string; body: string }>()
  for (const listed of catalogue) {
    const { id } = listed
    documents.set(`/${id}.js`, { type: 'text/javascript', body: await bundleSubject(listed) })
    documents.set(`/${id}`, {
      type: 'text/html',
      body: `<!doctype html><html lang="en"><title>${id}</title><link rel="icon" href="data:,"><script type="module" src="/${id}.js"></script></html>`,
    })
  }
  return documents
}

/** Opens a tab with a subject in it. */
export async function openTab(
  { context }: Profile,
  { id }: Listed,
  origin: string,
): Promise<Host & { reload(): Promise<void> }> {
  const page = await context.newPage()
  await page.goto(`${origin}/${id}`)
  return {
    call: (name, ...args) => callIn(page, name, args) as ReturnType<Host['call']> as never,
    async reload() {
      await page.reload()
    },
    [Symbol.asyncDispose]: () => page.close(),
  }
}

/** The page answers with what the subject's method of this name returned. */
function callIn(page: Page, name: string, args: unknown): Promise<unknown> {
  return page.evaluate(
    ([name, args]) => Reflect.get(globalThis, 'subject')[name](...(args as unknown[])),
    [name, args] as const,
  )
}
