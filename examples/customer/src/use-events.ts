import { followEvents, type Line } from '@tabkeeper-examples/house/follow-events'
import { onScopeDispose, shallowRef } from 'vue'
import { session, sessionFetch } from './session.ts'

/** Follows the named events as `followEvents` does, until the component is gone. */
export function useEvents(names: readonly string[], heard: () => void) {
  const line = shallowRef<Line>('connecting')
  onScopeDispose(
    followEvents(session, sessionFetch, names, {
      heard,
      line: now => {
        line.value = now
      },
    }),
  )
  return line
}
