/**
 * Where strings are kept: the shape of web storage, less its quirks. `read` gives `null` for what is
 * not there; each method may throw when the browser refuses.
 */
export interface TokenArea {
  read(key: string): string | null
  write(key: string, value: string): void
  erase(key: string): void
  /**
   * For an area that stores behind the session's back: kept when all that was written is stored and what
   * others stored can be read. Rejects when something could not be stored.
   */
  settled?(): Promise<void>
}
