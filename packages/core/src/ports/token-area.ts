/**
 * Where strings are kept: the shape of web storage, less its quirks. `read` gives `null` for what is
 * not there; each method may throw when the browser refuses.
 */
export interface TokenArea {
  read(key: string): string | null
  write(key: string, value: string): void
  erase(key: string): void
}
