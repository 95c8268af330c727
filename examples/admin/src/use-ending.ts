import { failureInWords } from '@tabkeeper-examples/house/failure'
import { useState } from 'react'
import { session } from './session.ts'
import { endStaffSession, nameAndPlace, type StaffSession } from './staff-sessions.ts'
import { StepUpCancelled } from './use-step-up.tsx'

/**
 * Ends sessions and keeps the page truthful meanwhile: a session is `ending` from the click on, and
 * `ended`, so no longer shown, only once the server has said so.
 */
export function useEnding(
  guard: <T>(act: () => Promise<T>) => Promise<T>,
  reload: () => Promise<unknown>,
) {
  const [ends, setEnds] = useState<ReadonlyMap<string, 'ending' | 'ended'>>(new Map())
  const [trouble, setTrouble] = useState<string | null>(null)
  const [done, setDone] = useState('')

  async function attempt(act: () => Promise<unknown>, otherwise: string): Promise<boolean> {
    setTrouble(null)
    try {
      await guard(act)
      return true
    } catch (error) {
      if (!(error instanceof StepUpCancelled)) setTrouble(`${otherwise} ${failureInWords(error)}`)
      return false
    }
  }

  async function end(one: StaffSession) {
    const who = nameAndPlace(one)
    setEnds(before => new Map(before).set(one.id, 'ending'))
    const ended = await attempt(() => endStaffSession(one.id), `${who}: still signed in.`)
    setEnds(before => {
      const after = new Map(before)
      if (ended) after.set(one.id, 'ended')
      else after.delete(one.id)
      return after
    })
    if (!ended) return
    setDone(`${who}: signed out.`)
    await reload()
  }

  const endEverywhere = () =>
    attempt(() => session.logoutAll(), 'You are still signed in everywhere.')

  return { ends, trouble, done, end, endEverywhere }
}
