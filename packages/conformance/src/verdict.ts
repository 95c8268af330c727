import type { Answer } from './client/answer.ts'

/** An answer that is not what the contract says. */
export class Deviation extends Error {
  override readonly name = 'Deviation'
  readonly sent: string
  readonly expected: string
  readonly came: string

  constructor({ sent, expected, came }: { sent: string; expected: string; came: string }) {
    super(expected)
    this.sent = sent
    this.expected = expected
    this.came = came
  }
}

/** What could not be found out, with the reason as its message. */
export class Undecided extends Error {
  override readonly name = 'Undecided'
}

/** "Later" is neither right nor wrong, whatever was asked. */
const later: ReadonlySet<number> = new Set([429, 503])

/**
 * Holds an answer to what was expected of it.
 * @throws {Deviation | Undecided}
 */
export function must(answer: Answer, expected: string, isRight: boolean, remark = ''): void {
  if (isRight) return
  if (later.has(answer.status)) {
    throw new Undecided(`${answer.sent} was answered ${answer.came}: try again later`)
  }
  throw deviating(answer, expected, remark)
}

/** Returns how an answer is not what was expected of it; `remark` is what its outline does not show. */
export function deviating({ sent, came }: Answer, expected: string, remark = ''): Deviation {
  return new Deviation({ sent, expected, came: remark === '' ? came : `${came}, ${remark}` })
}

/**
 * Says what must be so for a question to make sense at all.
 * @throws {Undecided}
 */
export function given(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Undecided(otherwise)
}
