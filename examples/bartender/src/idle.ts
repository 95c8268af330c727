const KEY = 'counter-active'
const signs = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const

/**
 * Calls back once nobody has touched the app for so many milliseconds, in any of its tabs. A touch
 * that comes too late is none: after a sleep, the callback comes first. Returns the end of it.
 */
export function watchIdle(limit: number, idle: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined

  const touch = () => localStorage.setItem(KEY, String(Date.now()))
  const check = (): boolean => {
    clearTimeout(timer)
    const left = Number(localStorage.getItem(KEY)) + limit - Date.now()
    if (left > 0) timer = setTimeout(check, left)
    else idle()
    return left > 0
  }
  const touched = (event: Event) => {
    if (check()) touch()
    else event.preventDefault()
  }

  touch()
  check()
  for (const sign of signs)
    window.addEventListener(sign, touched, { capture: true, passive: false })
  document.addEventListener('visibilitychange', check)
  return () => {
    clearTimeout(timer)
    for (const sign of signs) window.removeEventListener(sign, touched, { capture: true })
    document.removeEventListener('visibilitychange', check)
  }
}
