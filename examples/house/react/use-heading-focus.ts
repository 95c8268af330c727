import { useEffect, useRef } from 'react'

/**
 * Takes the focus to the page's heading when one view takes the place of another, as a browser does
 * when a page is loaded; the first view is left alone.
 */
export function useHeadingFocus(view: string): void {
  const shown = useRef(view)
  useEffect(() => {
    if (shown.current === view) return
    shown.current = view
    document.querySelector<HTMLElement>('h1')?.focus()
  }, [view])
}
