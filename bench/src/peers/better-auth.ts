import { createAuthClient } from 'better-auth/client'
import { API, type Client, type Tokens } from './peer.ts'

export function seed({ accessToken }: Tokens): void {
  localStorage.setItem('bearer_token', accessToken)
}

/** Its client with the bearer plugin's way to authorise requests. Its sessions live at the server: nothing is refreshed. */
export function open(origin: string): Client {
  const client = createAuthClient({
    baseURL: origin,
    fetchOptions: {
      auth: { type: 'Bearer', token: () => localStorage.getItem('bearer_token') ?? '' },
    },
  })
  const orders = origin + API
  return {
    async request() {
      const { error } = await client.$fetch(orders)
      return error === null ? 200 : error.status
    },
  }
}
