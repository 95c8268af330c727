/** A request's body on its way from the test to the browser, as JSON. */
export type WireBody =
  | { is: 'text' | 'parameters'; text: string }
  | { is: 'buffer' | 'view' | 'stream'; bytes: readonly number[] }
  | { is: 'blob'; blob: WireBlob }
  | { is: 'form'; entries: readonly (readonly [name: string, value: string | WireBlob])[] }

interface WireBlob {
  readonly bytes: readonly number[]
  readonly type: string
  readonly name: string | null
}

/** Stands for a body that can be read only once: the browser makes one of its own kind. */
export class StreamOf {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

export async function packBody(body: unknown): Promise<WireBody | null> {
  if (body === undefined || body === null) return null
  if (typeof body === 'string') return { is: 'text', text: body }
  if (body instanceof URLSearchParams) return { is: 'parameters', text: String(body) }
  if (body instanceof StreamOf) return { is: 'stream', bytes: [...body.bytes] }
  if (body instanceof ArrayBuffer) return { is: 'buffer', bytes: [...new Uint8Array(body)] }
  if (body instanceof Uint8Array) return { is: 'view', bytes: [...body] }
  if (body instanceof Blob) return { is: 'blob', blob: await packBlob(body) }
  if (body instanceof FormData) {
    const entries = [...body].map(
      async ([name, value]) =>
        [name, typeof value === 'string' ? value : await packBlob(value)] as const,
    )
    return { is: 'form', entries: await Promise.all(entries) }
  }
  throw new TypeError(`The contract has a body that cannot be sent to the browser: ${body}`)
}

/** The body that was packed, made of what the platform here has. */
export function unpackBody(packed: WireBody, streamOf: (bytes: Uint8Array) => unknown): unknown {
  switch (packed.is) {
    case 'text':
      return packed.text
    case 'parameters':
      return new URLSearchParams(packed.text)
    case 'buffer':
      return Uint8Array.from(packed.bytes).buffer
    case 'view':
      return Uint8Array.from([0, ...packed.bytes, 0]).subarray(1, packed.bytes.length + 1)
    case 'stream':
      return streamOf(Uint8Array.from(packed.bytes))
    case 'blob':
      return unpackBlob(packed.blob)
    case 'form': {
      const form = new FormData()
      for (const [name, value] of packed.entries) {
        if (typeof value === 'string') form.append(name, value)
        else form.append(name, unpackBlob(value), value.name ?? undefined)
      }
      return form
    }
  }
}

async function packBlob(blob: Blob): Promise<WireBlob> {
  const bytes = [...new Uint8Array(await blob.arrayBuffer())]
  return { bytes, type: blob.type, name: blob instanceof File ? blob.name : null }
}

function unpackBlob({ bytes, type }: WireBlob): Blob {
  return new Blob([Uint8Array.from(bytes)], { type })
}
