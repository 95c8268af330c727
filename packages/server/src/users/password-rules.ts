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
  if (common.has(plain) || new Set(plain).size < 3) reasons.push('too_common')
  if (mailbox.length >= 4 && plain.includes(mailbox)) reasons.push('contains_email')
  return reasons
}

/** Those of eight and more characters that every guessing list begins with. */
const common = new Set(
  `password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword pa$$word
  passwort passwort1 passwort123 motdepasse contraseña 12345678 123456789 1234567890 0123456789
  87654321 987654321 9876543210 11223344 12341234 12344321 123123123 123321123 1q2w3e4r 1q2w3e4r5t
  1qaz2wsx qazwsxedc zaq12wsx q1w2e3r4 qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop qwertzuiop
  asdfghjk asdfghjkl zxcvbnm123 abcd1234 abc12345 abcdefgh abcdefg1 a1b2c3d4 aa123456 iloveyou
  iloveyou1 iloveyou2 sunshine sunshine1 princess princess1 football football1 baseball baseball1
  superman superman1 starwars trustno1 whatever welcome1 welcome123 letmein1 letmein123 changeme
  changeme1 changeme123 administrator admin123 admin1234 admin12345 computer computer1 internet
  michael1 jennifer jordan23 charlie1 dragon123 monkey123 shadow123 master123 liverpool chelsea1
  arsenal1 barcelona pokemon1 naruto123 samsung1 michelle victoria elizabeth alexander danielle
  december november september secret123 test1234 testtest temp1234 default1 guest123 qwer1234
  asdf1234 zxcv1234 pass1234 love1234 hello123 summer2024 winter2024 summer2025 winter2025
  spring2026 summer2026`.split(/\s+/),
)
