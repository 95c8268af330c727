import type { Session } from '@tabkeeper/core'

/** Whether this build has the devtools: while one works on it, and in the demonstration. */
export const hasDevtools: boolean = import.meta.env.DEV || import.meta.env.MODE === 'demo'

/** They are wanted in each tab, or they would not see it. */
const WANTED = 'house-devtools'

export const areDevtoolsWanted = (): boolean => hasDevtools && localStorage.getItem(WANTED) !== null

/** Loads the devtools and shows these sessions in them, in this tab and in those that are opened from now on. */
export async function openDevtools(...sessions: readonly Session[]): Promise<void> {
  // Written out, so that a build for production leaves the import out.
  if (import.meta.env.DEV || import.meta.env.MODE === 'demo') {
    const { devtools } = await import('@tabkeeper/devtools')
    localStorage.setItem(WANTED, '')
    devtools(...sessions)
  }
}
