import { isCommonPassword } from './common-passwords.ts'

/** Why a password was not accepted. */
export type PasswordReason = 'too_short' | 'too_long' | 'too_common' | 'contains_email'

/**
 * Returns what is wrong with a password; nothing means it is accepted. Length is what counts (NIST
 * SP 800-63B, ASVS 6.2): there are no composition rules, and nothing is cut off.
 */
export function judgePassword(password: string, email: string): PasswordReason[] {
  const reasons: PasswordReason[] = []
  const plain = password.toLowerCase()
  const [mailbox = ''] = email.toLowerCase().split('@')
  if ([...password].length < 8) reasons.push('too_short')
  if (Buffer.byteLength(password) > 1024) reasons.push('too_long')
  if (isCommonPassword(password)) reasons.push('too_common')
  if (mailbox.length >= 4 && plain.includes(mailbox)) reasons.push('contains_email')
  return reasons
}
