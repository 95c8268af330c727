import { Hono } from 'hono'
import { describeContract, type Places } from '../../contract/openapi.ts'
import { pagePolicy, toPage } from '../../contract/page.ts'
import type { ServerEnv } from '../api-headers.ts'

/** `GET /openapi.json` for programs, and `GET /openapi` for people. */
export function openApiRoutes(places: Places) {
  let document: ReturnType<typeof describeContract> | undefined
  const describe = () => {
    document ??= describeContract(places)
    return document
  }
  return new Hono<ServerEnv>()
    .get('/openapi.json', c => c.json(describe()))
    .get('/openapi', c => {
      const url = `${places.auth.replace(/\/$/, '')}/openapi.json`
      return c.html(toPage(describe(), url), 200, { 'Content-Security-Policy': pagePolicy })
    })
}
