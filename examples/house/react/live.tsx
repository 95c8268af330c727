import type { ReactNode } from 'react'
import { failureCode, failureInWords } from '../src/failure.ts'
import type { Live as LiveState } from '../src/live.ts'
import { useKeptFocus } from './use-kept-focus.ts'

/** Shows something that is loaded again and again, in each of its states. */
export function Live<T>(props: {
  readonly live: LiveState<T>
  readonly reload: () => Promise<unknown>
  /** What is being loaded, to follow on "Loading": `the orders`. */
  readonly what: string
  readonly children: (data: T) => ReactNode
}) {
  const { live, what } = props
  const error = live.is === 'failed' ? live.error : live.is === 'ready' && live.stale
  useKeptFocus(Boolean(error))
  if (live.is === 'loading') {
    return (
      <div className="skeleton" role="status">
        <p className="for-screen-readers">Loading {what} …</p>
        <span />
        <span />
        <span />
      </div>
    )
  }
  return (
    <>
      {Boolean(error) && (
        <div className="notice trouble" role="alert">
          <p>
            {failureInWords(error)}
            {live.is === 'ready' && ` What you see may be out of date.`}
          </p>
          {failureCode(error) !== 'forbidden' && (
            <button type="button" className="plain" onClick={() => void props.reload()}>
              Try now
            </button>
          )}
        </div>
      )}
      {live.is === 'ready' && props.children(live.data)}
    </>
  )
}
