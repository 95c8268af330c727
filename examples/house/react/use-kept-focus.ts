import { type RefObject, useLayoutEffect, useRef } from 'react'
import { keepFocus } from '../src/keep-focus.ts'

/** Keeps the keyboard in an element, or in the page, when a change takes away what it was at. */
export function useKeptFocus(change: unknown, within?: RefObject<Element | null>): void {
  const last = useRef(change)
  useLayoutEffect(() => {
    if (last.current !== change) keepFocus(within?.current)
    last.current = change
  }, [change, within])
}
