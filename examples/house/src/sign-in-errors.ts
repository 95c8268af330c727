/** What is missing before a form can be sent, by field. */
export interface SignInErrors {
  readonly email?: string
  readonly password?: string
}

/** Returns what to correct before the server is asked; an empty object when there is nothing. */
export function signInErrors(email: string, password: string): SignInErrors {
  return {
    ...(!/^\S+@\S+$/.test(email) && {
      email: 'Enter your e-mail address, such as ada@example.com.',
    }),
    ...(password === '' && { password: 'Enter your password.' }),
  }
}
