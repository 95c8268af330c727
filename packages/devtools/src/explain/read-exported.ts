import { readEntry } from '../log/entry.ts'
import type { Exported } from '../log/exported.ts'

/** Reads what somebody has sent along with a report; entries that are not understood are left out. */
export function readExported(given: unknown): Exported {
  const { format, version, tab, apps, entries } = Object(
    typeof given === 'string' ? parseJson(given) : given,
  )
  if (format !== 'tabkeeper-devtools' || version !== 1 || !Array.isArray(entries))
    throw new TypeError('explain: this is no export of the Tabkeeper devtools, version 1.')
  const names = Object.entries(Object(apps)).map(([print, name]) => [print, String(name)])
  const read = entries.map(readEntry).filter(entry => entry !== null)
  return { format, version, tab: String(tab), apps: Object.fromEntries(names), entries: read }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
