import { afterEach, describe, expect, it, vi } from 'vitest'
import { createOriginRule } from './origin-rule.ts'

const API = 'https://api.example'
const allowing = (...origins: string[]) =>
  createOriginRule({ allows: origin => origins.includes(origin) })

afterEach(() => vi.unstubAllGlobals())

describe('createOriginRule', () => {
  it.each([
    `${API}/orders`,
    `${API}`,
    `${API}/`,
    `${API}?q=1`,
    `${API}:443/orders`,
    'HTTPS://API.EXAMPLE/orders',
    'https:api.example/orders',
    'https:\\\\api.example\\orders',
    ` ${API}/orders`,
    `${API}/@evil.example`,
  ])('lets the token go to %s', url => {
    expect(allowing(API)(url)).toBe(true)
  })

  it.each([
    'http://api.example/orders',
    `${API}:8443/orders`,
    `${API}.evil.example/orders`,
    `${API}@evil.example/orders`,
    `${API}%2f@evil.example/orders`,
    `${API}\t.evil.example/orders`,
    'https://evil.example/https://api.example/',
    'https://evil.example#https://api.example/',
    'https://xn--pi-7na.example/orders',
    'https://user:secret@api.example/orders',
    'https://user@api.example/orders',
    `blob:${API}/0b5c3c3f`,
    'data:text/plain,hello',
    'wss://api.example/orders',
    'javascript:alert(1)',
    'https://',
    '',
    '/orders',
    '//api.example/orders',
  ])('keeps the token from %j where there is no page', url => {
    const mayKnow = allowing(API)
    expect(mayKnow(url)).toBe(false)
    // The same once the allowed origin is known to it.
    mayKnow(`${API}/orders`)
    expect(mayKnow(url)).toBe(false)
  })

  describe('on a page', () => {
    const onPage = (href: string) => vi.stubGlobal('location', new URL(href))

    it.each(['/orders', '/', '/_next', '/?q', 'orders', './orders', '../orders', '?q', '#x', ''])(
      'lets the token go to %j, which is the own origin',
      url => {
        onPage('https://app.example/admin/')
        expect(allowing('https://app.example')(url)).toBe(true)
        expect(allowing(API)(url)).toBe(false)
      },
    )

    it.each([
      '//evil.example/orders',
      '/\\evil.example/orders',
      '\\\\evil.example/orders',
      '/\t/evil.example/orders',
      '/\n/evil.example/orders',
      '\t//evil.example/orders',
      'https:/\\evil.example/orders',
      'http:/orders',
    ])('keeps the token from %j, which is not', url => {
      onPage('https://app.example/admin/')
      expect(allowing('https://app.example')(url)).toBe(false)
    })

    it('lets the token go to a protocol-relative URL of an allowed origin', () => {
      onPage('https://app.example/')
      expect(allowing(API)('//api.example/orders')).toBe(true)
    })

    it('follows a <base> that comes later', () => {
      const document = { baseURI: 'https://app.example/' }
      vi.stubGlobal('document', document)
      const mayKnow = allowing('https://app.example')

      expect(mayKnow('/orders')).toBe(true)
      document.baseURI = 'https://evil.example/'
      expect(mayKnow('/orders')).toBe(false)
      expect(mayKnow('orders')).toBe(false)
    })
  })

  it('asks the session each time, so what it allows may change', () => {
    const origins = new Set([API])
    const mayKnow = createOriginRule({ allows: origin => origins.has(origin) })

    expect(mayKnow(`${API}/orders`)).toBe(true)
    origins.delete(API)
    expect(mayKnow(`${API}/orders`)).toBe(false)
  })

  it('keeps several allowed origins apart', () => {
    const mayKnow = allowing(API, 'http://127.0.0.1:3000')
    for (const url of [API, 'http://127.0.0.1:3000', API, 'http://127.0.0.1:3000']) {
      expect(mayKnow(`${url}/x`)).toBe(true)
    }
    expect(mayKnow('http://127.0.0.1:30000/x')).toBe(false)
  })
})
