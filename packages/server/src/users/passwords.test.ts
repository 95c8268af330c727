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
    const passwords = createPasswords({
      argon2: {
        hash,
        verify(stored, password) {
          verified.push(stored)
          return verify(stored, password)
        },
      },
    })
    const stored = await passwords.hash('correct horse')

    expect(await passwords.verify(stored, 'wrong')).toBe(false)
    expect(await passwords.verify(null, 'wrong')).toBe(false)
    expect(await passwords.verify('', 'wrong')).toBe(false) // imported without one

    // One verification each, and the encoded hash says what it costs.
    const costs = verified.map(encoded => encoded.split('$').slice(0, 4).join('$'))
    expect(costs).toEqual(Array(3).fill('$argon2id$v=19$m=19456,t=2,p=1'))
  })

  it.each(['$argon2id$', '$argon2id$v=19$m=1,t=0,p=9$$', '$2', '$2b$10$short', '!', '*'])(
    'row 43: of somebody whose hash is "%s" are those of nobody',
    async stored => {
      const verified: string[] = []
      const passwords = createPasswords({
        argon2: {
          hash,
          verify(encoded, password) {
            verified.push(encoded)
            return verify(encoded, password)
          },
        },
      })
      expect(await passwords.verify(stored, 'wrong')).toBe(false)
      expect(verified.at(-1)).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
    },
  )

  it('row 41: are hashed and checked in turn, those of nobody too', async () => {
    let turns = 0
    const passwords = createPasswords({
      inTurn(task) {
        turns++
        return task()
      },
    })
    const stored = await passwords.hash('correct horse')
    await passwords.verify(stored, 'correct horse')
    await passwords.verify(null, 'wrong')
    expect(turns).toBe(3)
  })
})
