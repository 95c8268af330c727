import { membersOf } from './shapes.ts'

/** What a server asks for that wants the user to prove again, or better, who they are (RFC 9470). */
export interface StepUpChallenge {
  /** How long ago the user may have signed in, in milliseconds; `null` where the server does not say. */
  readonly maxAge: number | null
  /** The kinds of authentication that would do, the preferred one first; empty where it does not say. */
  readonly acrValues: readonly string[]
}

/** The word by which a server asks for it, and which says nothing against the token (RFC 9470 §3). */
export const STEP_UP = 'insufficient_user_authentication'

/** The step-up that a `WWW-Authenticate` header asks for, if any. */
export function stepUpInHeader(header: string): StepUpChallenge | null {
  if (!header.includes(STEP_UP)) return null
  const parameter = (name: string) => {
    const [, quoted, plain] = header.match(`\\b${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,]+))`) ?? []
    return quoted ?? plain
  }
  return stepUp(parameter('max_age'), parameter('acr_values'))
}

/** The step-up that the JSON of a 401 asks for, if any, by its `code` or OAuth's `error`. */
export function stepUpInProblem(problem: unknown): StepUpChallenge | null {
  const { code, error, max_age, acr_values } = membersOf(problem)
  return code === STEP_UP || error === STEP_UP ? stepUp(max_age, acr_values) : null
}

function stepUp(maxAge: unknown, acrValues: unknown): StepUpChallenge {
  const seconds = Number.parseInt(String(maxAge), 10)
  return {
    maxAge: seconds >= 0 ? seconds * 1000 : null,
    acrValues: typeof acrValues === 'string' ? acrValues.split(' ').filter(Boolean) : [],
  }
}
