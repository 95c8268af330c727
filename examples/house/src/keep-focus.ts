/**
 * Takes the keyboard to the first control in an element, or to the page's heading, where what it was at
 * has gone. Nobody who is somewhere is taken away.
 */
export function keepFocus(within?: Element | null): void {
  if (document.activeElement !== document.body) return
  const next = within
    ? within.querySelector<HTMLElement>('input, button')
    : document.querySelector<HTMLElement>('h1')
  next?.focus({ preventScroll: true })
}
