/** Knows what nobody must see, and takes it out of texts. */
export interface Secrets {
  learn(text: string): void
  /** Returns the text without any of them. */
  hide(text: string): string
  areIn(text: string): boolean
}

/** Shorter ones would be found in every second word. */
const least = 4

export function createSecrets(): Secrets {
  const known = new Set<string>()
  return {
    learn(text) {
      if (text.length < least) return
      // As it is, and as it stands in a URL, a form or JSON.
      for (const spelling of [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]) {
        known.add(spelling)
      }
    },
    hide(text) {
      // The longest first: one may be part of another.
      const inOrder = [...known].sort((a, b) => b.length - a.length)
      return inOrder.reduce((rest, secret) => rest.replaceAll(secret, '‹hidden›'), text)
    },
    areIn: text => [...known].some(secret => text.includes(secret)),
  }
}
