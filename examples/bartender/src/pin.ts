import * as z from 'zod/mini'

/** What is kept of a PIN. */
export type Pin = z.infer<typeof pin>
export const pin = z.object({ salt: z.string(), hash: z.string() })

export const pinLength = 4

/**
 * Tells whether PINs can be made here: browsers compute them for pages that come over https, or from
 * this machine.
 */
export const canHavePins = () => globalThis.isSecureContext

/**
 * Makes what is kept of a PIN. It keeps colleagues from acting in each other's name; it does not keep
 * a script from reading this browser's storage, where four digits are soon guessed.
 */
export async function makePin(digits: string): Promise<Pin> {
  const salt = toHex(crypto.getRandomValues(new Uint8Array(16)))
  return { salt, hash: await derive(digits, salt) }
}

export async function isPin(digits: string, { salt, hash }: Pin): Promise<boolean> {
  return (await derive(digits, salt)) === hash
}

async function derive(digits: string, salt: string): Promise<string> {
  const encode = (text: string) => new TextEncoder().encode(text)
  const key = await crypto.subtle.importKey('raw', encode(digits), 'PBKDF2', false, ['deriveBits'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: encode(salt), iterations: 200_000 }
  return toHex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)))
}

const toHex = (bytes: Uint8Array): string =>
  [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
