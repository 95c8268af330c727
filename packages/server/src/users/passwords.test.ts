import { hash, verify } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { createPasswords } from './passwords.ts'

describe('passwords', () => {
  it('are hashed with Argon2id, differently every time', async () => {
    const passwords = createPasswords()
    const [first, second] = [
      await passwords.hash('correct horse'),
      await passwords.hash('correct horse'),
    ]
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(second).not.toBe(first)
    expect(await passwords.verify(first, 'correct horse')).toBe(true)
    expect(await passwords.verify(first, 'correct hors')).toBe(false)
  })

  it('of nobody are as much work as wrong ones', async () => {
    const verified: string[] = []
    const passwords = createPasswords(2, {
      hash,
      verify(stored, password) {
        verified.push(stored)
        return verify(stored, password)
      },
    })
    const stored = await passwords.hash('correct horse')

    expect(await passwords.verify(stored, 'wrong')).toBe(false)
    expect(await passwords.verify(null, 'wrong')).toBe(false)

    // One verification each, and the encoded hash says what it costs.
    const costs = verified.map(encoded => encoded.split('$').slice(0, 4).join('$'))
    expect(costs).toEqual(Array(2).fill('$argon2id$v=19$m=19456,t=2,p=1'))
  })

  it('wait their turn, so that a flood of logins leaves threads to everybody else', async () => {
    const passwords = createPasswords(2)
    let finished = 0
    const flood = Array.from({ length: 12 }, () =>
      passwords.verify(null, 'x').then(() => {
        finished++
      }),
    )
    // Another user of the same four threads gets through long before the flood is over.
    await crypto.subtle.digest('SHA-256', new Uint8Array(1_000_000))
    expect(finished).toBeLessThan(12)
    await Promise.all(flood)
    expect(finished).toBe(12)
  })
})
