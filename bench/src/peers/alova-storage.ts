import type { Tokens } from './peer.ts'

export function seed({ accessToken, refreshToken, receivedAt, lifetime }: Tokens): void {
  localStorage.setItem('token', accessToken)
  localStorage.setItem('refresh_token', refreshToken)
  localStorage.setItem('token_expires_at', String(receivedAt + lifetime * 1000))
}

export function keep(answer: {
  access_token: string
  refresh_token: string
  expires_in: number
}): void {
  localStorage.setItem('token', answer.access_token)
  localStorage.setItem('refresh_token', answer.refresh_token)
  localStorage.setItem('token_expires_at', String(Date.now() + answer.expires_in * 1000))
}

export function forget(): void {
  for (const key of ['token', 'refresh_token', 'token_expires_at']) localStorage.removeItem(key)
}
