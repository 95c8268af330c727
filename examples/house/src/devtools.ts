import type { Session } from '@tabkeeper/core'

/** Whether this build has the devtools: while one works on it, and in the demonstration. */
export const hasDevtools: boolean = import.meta.env.DEV || import.meta.env.MODE === 'demo'

/** They are wanted in each tab, or they would not see it. */
const WANTED = 'house-devtools'

export const areDevtoolsWanted = (): boolean => hasDevtools && localStorage.getItem(WANTED) !== null

/**
 * Loads the devtools and shows a session in them, in this tab and in those that are opened from now on.
 * Their panel is open, with the keyboard in it, where somebody has asked for it.
 */
export async function openDevtools(session: Session, isAsked: boolean): Promise<void> {
  // Written out, so that a build for production leaves the import out.
  if (import.meta.env.DEV || import.meta.env.MODE === 'demo') {
    const { devtools } = await import('@tabkeeper/devtools')
    localStorage.setItem(WANTED, '')
    devtools(session)
    if (!isAsked) return
    const element = document.querySelector('tabkeeper-devtools')
    element?.setAttribute('open', '')
    element?.focus()
  }
}
