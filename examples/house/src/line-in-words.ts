import type { Line } from './follow-events.ts'

/** Returns how fresh a page is that follows events. */
export function lineInWords(line: Line): string {
  switch (line) {
    case 'open':
      return 'Live'
    case 'connecting':
    case 'lost':
      return 'Connecting …'
    case 'refused':
      return 'Updated every few seconds'
  }
}
