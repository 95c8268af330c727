import {
  type StepUpChallenge,
  stepUpInHeader,
  stepUpInProblem,
} from '../tokens/step-up-challenge.ts'

/** Why a request was refused although it brought a token. */
export type Refusal =
  /** The token is no good; a newer one may be. */
  | { readonly is: 'token' }
  /** The token is good, but the sign-in behind it is too old or too weak (RFC 9470). */
  | { readonly is: 'step-up'; readonly challenge: StepUpChallenge }

/**
 * Returns what a 401 objects to. Its `WWW-Authenticate` header says so, and where that names no error,
 * or does not get through to pages of another origin, the JSON of its body, which is read only then.
 *
 * @example
 * ```ts
 * await refusalOf('Bearer error="invalid_token"', async () => null) // { is: 'token' }
 * await refusalOf(null, async () => ({ code: 'insufficient_user_authentication' })) // is: 'step-up'
 * ```
 */
export async function refusalOf(
  header: string | null | undefined,
  readProblem: () => Promise<unknown>,
): Promise<Refusal> {
  const challenge = header?.includes('error')
    ? stepUpInHeader(header)
    : stepUpInProblem(await readProblem())
  return challenge === null ? { is: 'token' } : { is: 'step-up', challenge }
}
