/**
 * What zod, valibot, arktype and others have in common (Standard Schema, version 1): the part of it that
 * is used here. Validation has to be synchronous.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] }

/** The validated value, or `null` where there is none or it does not pass. */
export function validate<Output>(
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
): Output | null {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    // zod tries again in this way where something in the schema throws.
    result.catch(() => {})
    throw new TypeError(
      'createSession: the "user" schema validates asynchronously, or throws; give one that does neither.',
    )
  }
  return result.issues === undefined ? result.value : null
}
