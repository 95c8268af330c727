import { failureCode, failureInWords } from '@tabkeeper-examples/house/failure'
import { useEffect, useRef, useState } from 'react'
import { session } from './session.ts'
import { endStaffSession, nameAndPlace, type StaffSession } from './staff-sessions.ts'

/** How long a click can be taken back, in milliseconds. The line that runs out in `admin.css` knows it, too. */
const REGRET = 6_000

/** `waiting` can be taken back, `ending` is on its way, and `ended` is what the server has said. */
export type Ending = 'waiting' | 'ending' | 'ended'

/**
 * Ends sessions, and keeps the page truthful meanwhile. Nothing is sent while a click can be taken
 * back, and nothing at all when the page is left before.
 */
export function useEnding(reload: () => Promise<unknown>) {
  const [ends, setEnds] = useState<ReadonlyMap<string, Ending>>(new Map())
  const [trouble, setTrouble] = useState<string | null>(null)
  const [told, setTold] = useState('')
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>())
  useEffect(() => {
    const running = timers.current
    return () => {
      for (const timer of running.values()) clearTimeout(timer)
    }
  }, [])

  function set(one: StaffSession, ending: Ending | null) {
    setEnds(before => {
      const after = new Map(before)
      if (ending) after.set(one.id, ending)
      else after.delete(one.id)
      return after
    })
  }

  async function attempt(act: () => Promise<unknown>, otherwise: string): Promise<boolean> {
    setTrouble(null)
    try {
      await act()
      return true
    } catch (error) {
      if (failureCode(error) !== 'step-up-cancelled')
        setTrouble(`${otherwise} ${failureInWords(error)}`)
      return false
    }
  }

  async function send(one: StaffSession) {
    const who = nameAndPlace(one)
    set(one, 'ending')
    const ended = await attempt(() => endStaffSession(one.id), `${who}: still signed in.`)
    set(one, ended ? 'ended' : null)
    if (!ended) return
    setTold(`${who}: signed out.`)
    await reload()
  }

  return {
    ends,
    trouble,
    told,
    end(one: StaffSession) {
      set(one, 'waiting')
      setTold(`${nameAndPlace(one)}: about to be signed out. The same button takes it back.`)
      timers.current.set(
        one.id,
        setTimeout(() => void send(one), REGRET),
      )
    },
    undo(one: StaffSession) {
      clearTimeout(timers.current.get(one.id))
      set(one, null)
      setTold(`${nameAndPlace(one)}: stays signed in.`)
    },
    endEverywhere: () => attempt(() => session.logoutAll(), 'You are still signed in everywhere.'),
  }
}
