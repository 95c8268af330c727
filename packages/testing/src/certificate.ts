import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A private key and a certificate for it (RFC 5280 §4.1) that nobody has signed but the key itself. PEM. */
export function selfSigned(commonName: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(COMMON_NAME, text(commonName))))
  const day = 86_400_000
  const validity = sequence(time(Date.now() - day), time(Date.now() + day))
  const version = node(0xa0, INTEGER_2)
  const body = sequence(
    version,
    SERIAL_1,
    sequence(ECDSA_WITH_SHA256),
    name,
    validity,
    name,
    spki(publicKey),
  )
  const signature = bits(sign('sha256', body, privateKey))
  const certificate = sequence(body, sequence(ECDSA_WITH_SHA256), signature)
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n')
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

const COMMON_NAME = Buffer.from('0603550403', 'hex')
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const INTEGER_2 = Buffer.from('020102', 'hex')
const SERIAL_1 = Buffer.from('020101', 'hex')

/** One value in DER (X.690): what it is, how long it is, what is in it. */
function node(tag: number, ...content: readonly Buffer[]): Buffer {
  const { length } = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(length)]), ...content])
}

/** As short as it can be: BoringSSL takes no other. */
function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

const sequence = (...content: readonly Buffer[]) => node(0x30, ...content)
const set = (...content: readonly Buffer[]) => node(0x31, ...content)
const text = (value: string) => node(0x0c, Buffer.from(value))
const bits = (value: Buffer) => node(0x03, Buffer.of(0), value)
const spki = (key: KeyObject) => key.export({ format: 'der', type: 'spki' })

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14)
  return node(0x17, Buffer.from(`${digits}Z`))
}
