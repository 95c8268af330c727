/** One line of what happened, in this page or at the server. */
export interface Line {
  readonly id: number
  readonly at: number
  readonly where: 'page' | 'server'
  readonly words: string
}

const most = 60
let lines: readonly Line[] = []
let next = 0
const listeners = new Set<() => void>()

/** Writes a line down; they stand in the order in which they happened. */
export function note(where: Line['where'], words: string, at = Date.now()): void {
  const all = [...lines, { id: next++, at, where, words }].sort((a, b) => a.at - b.at)
  lines = all.slice(-most)
  for (const listener of listeners) listener()
}

export const getLines = (): readonly Line[] => lines

export function onLine(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
