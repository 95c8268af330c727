import type { Session } from '@tabkeeper/core'
import { useEffect, useState } from 'react'
import { areDevtoolsWanted, hasDevtools, openDevtools } from '../src/devtools.ts'

/** Opens the devtools at the foot of the page, where the build has them. They are loaded when they are asked for. */
export function DevtoolsButton({ session }: { readonly session: Session }) {
  const [isAsked, setAsked] = useState(false)
  const isWanted = isAsked || areDevtoolsWanted()
  useEffect(() => {
    if (isWanted) void openDevtools(session, isAsked)
  }, [isWanted, isAsked, session])
  if (!hasDevtools || isWanted) return null
  return (
    <button type="button" className="plain" onClick={() => setAsked(true)}>
      Devtools
    </button>
  )
}
