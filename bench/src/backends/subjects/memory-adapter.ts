import type { Adapter, AdapterPayload } from 'oidc-provider'

const stored = new Map<string, AdapterPayload>()

/**
 * A store for oidc-provider in memory, as quick as one can be. Its own forgets grants that are in use when there are
 * more than a few hundred; this one forgets nothing.
 */
export class MemoryAdapter implements Adapter {
  readonly #model: string

  constructor(model: string) {
    this.#model = model
  }

  #key = (id: string) => `${this.#model}:${id}`

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    stored.set(this.#key(id), payload)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return stored.get(this.#key(id))
  }

  async consume(id: string): Promise<void> {
    const payload = stored.get(this.#key(id))
    if (payload) payload.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<void> {
    stored.delete(this.#key(id))
  }

  // What follows is not part of a refresh.
  async findByUserCode(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async revokeByGrantId(): Promise<void> {}
}
