/**
 * Starts an entry of the page's performance timeline; the returned function ends it. The entry is a name
 * and two moments, nothing else. Where there is no such timeline nothing happens.
 */
export function startMeasure(name: string): () => void {
  const start = globalThis.performance?.now()
  return () => {
    try {
      performance.measure(name, { start, end: performance.now() })
    } catch {
      // Somebody put another `performance` in its place.
    }
  }
}
