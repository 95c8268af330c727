export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** A clock that stands still until it is turned. */
export function createClock(now = Date.parse('2026-03-01T12:00:00Z')) {
  const tasks = new Map<() => void, { interval: number; next: number }>()
  return {
    now: () => now,
    every(interval: number, task: () => void) {
      tasks.set(task, { interval, next: now + interval })
      return () => void tasks.delete(task)
    },
    /** Turns the hands, and runs each task that has come due, once. */
    advance(milliseconds: number) {
      now += milliseconds
      for (const [task, { interval, next }] of tasks) {
        if (next > now) continue
        tasks.set(task, { interval, next: now + interval })
        task()
      }
    },
  }
}
