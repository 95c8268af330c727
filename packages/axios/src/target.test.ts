import axios, { type AxiosRequestConfig } from 'axios'
import { expect, it } from 'vitest'
import { targetOf } from './target.ts'

const configs: AxiosRequestConfig[] = [
  { url: 'https://api.example/orders' },
  { url: '/orders' },
  { baseURL: 'https://api.example', url: '/orders' },
  { baseURL: 'https://api.example', url: 'orders' },
  { baseURL: 'https://api.example/v1/', url: '' },
  { baseURL: 'https://api.example' },
  { baseURL: 'https://api.example', url: '@evil.example/orders' },
  { baseURL: 'https://api.example', url: '.evil.example' },
  { baseURL: 'https://api.example', url: ':8443/orders' },
  { baseURL: 'https://api.example', url: 'https://evil.example/orders' },
  { baseURL: 'https://api.example', url: 'HTTPS://evil.example/orders' },
  { baseURL: 'https://api.example', url: '//evil.example/orders' },
  { baseURL: 'https://api.example', url: '/orders', allowAbsoluteUrls: false },
  { baseURL: '/api', url: 'orders' },
  { baseURL: '/api/', url: '//evil.example/orders' },
  { baseURL: '', url: '//evil.example/orders' },
]

it.each(configs)('has the origin that axios sends to: %j', config => {
  const originOf = (url: string) => new URL(url, 'https://page.example').origin

  expect(originOf(targetOf(config) ?? 'about:none')).toBe(originOf(axios.create().getUri(config)))
})

it('is unknown for an absolute URL where axios is told to take none', () => {
  const config = { baseURL: 'https://api.example', allowAbsoluteUrls: false }
  expect(targetOf({ ...config, url: 'https://evil.example/orders' })).toBeNull()
  expect(targetOf({ ...config, url: '//evil.example/orders' })).toBeNull()
})
