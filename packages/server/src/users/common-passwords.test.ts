import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isCommonPassword } from './common-passwords.ts'

describe('row 44: the password', () => {
  it.each(
    `password password1 password123 Password1! P@ssw0rd pa55word passw0rd1 12345678 123456789
    1234567890 0987654321 87654321 11111111 00000000 12341234 123123123 121212121 11223344
    qwertyui qwerty123 qwertyuiop qwertz123 azertyuiop 1q2w3e4r 1q2w3e4r5t q1w2e3r4 1qaz2wsx qazwsxedc
    asdfghjk asdfghjkl asdfasdf zxcvbnm123 abcd1234 abcdefgh abc12345 aaaaaaaa iloveyou iloveyou2
    sunshine1 princess1 football1 baseball superman1 batman123 starwars trustno1 welcome1 welcome123
    Welcome2027! letmein1 letmein123 changeme changeme1 admin123 admin1234 administrator root1234
    monkey123 dragon123 shadow12 master123 michael1 jennifer jessica1 charlie1 jordan23 liverpool
    liverpool1 chelsea1 arsenal1 barcelona manchester1 pokemon123 naruto123 minecraft1 samsung1
    computer1 internet1 test1234 testtest secret123 hello123 helloworld whatever1 qwer1234 asdf1234
    zxcv1234 pass1234 summer2024 Winter2029 spring2026! december october1 elizabeth michelle1
    1password 123password !password! mustang1 harley123 yankees1 cowboys1 snoopy12 mickeymouse
    123qweasd passpass abcabcabc qwertyqwerty fuckyou1 asshole1 babygirl1 butterfly1`.split(/\s+/),
  )('%s is on every list', password => {
    expect(isCommonPassword(password)).toBe(true)
  })

  it.each([
    'correct horse battery staple',
    'i am robinson at heart',
    'Tr0ub4dor&3x',
    'summer of 69 and a half',
    'mein Fahrrad ist blau',
    'passwordless future',
    'qX7!vLm2',
    'ambidextrous',
    'neunundneunzig',
  ])('"%s" is on none', password => {
    expect(isCommonPassword(password)).toBe(false)
  })

  it('that a manager has made is on none', () => {
    for (let count = 0; count < 10_000; count++) {
      const password = randomBytes(12).toString('base64url')
      expect([password, isCommonPassword(password)]).toEqual([password, false])
    }
  })
})
