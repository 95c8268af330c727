import { randomUUID } from 'node:crypto'
import {
  context,
  metrics,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { type KeptAddress, keptAddress } from '../events/kept-address.ts'
import { isTraced } from './is-traced.ts'
import { describeError, type Logger } from './logger.ts'
import { inScope, type RequestScope } from './request-scope.ts'

type Host = { readonly ip?: string | undefined }

/**
 * Returns the function that lets a request be answered and tells of it: one line in the log, one span and
 * one measurement (OpenTelemetry's semantic conventions for HTTP servers). Of the request there is
 * only what is listed here: no header, no body, no query, and the pattern of its path instead of the path.
 */
export function createObserveRequests(logger: Logger, addresses: KeptAddress) {
  const tracer = isTraced() ? trace.getTracer('@tabkeeper/server') : undefined
  const duration = metrics
    .getMeter('@tabkeeper/server')
    .createHistogram('http.server.request.duration', {
      unit: 's',
      description: 'Duration of HTTP server requests.',
      advice: {
        explicitBucketBoundaries: [
          0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
        ],
      },
    })

  return async (
    request: Request,
    { ip }: Host,
    answer: () => Promise<Response>,
  ): Promise<Response> => {
    const scope: RequestScope = { id: randomUUID() }
    const began = performance.now()
    const { method } = request
    const work = () => inScope(scope, answer)
    const parent = tracer && parentOf(request)
    const span = parent && tracer.startSpan(method, { kind: SpanKind.SERVER }, parent)
    const response = await (span ? context.with(trace.setSpan(parent, span), work) : work())
    const { status } = response
    const milliseconds = performance.now() - began

    const attributes = {
      'http.request.method': method,
      'http.response.status_code': status,
      ...(scope.route !== undefined && { 'http.route': scope.route }),
      ...(status >= 500 && { 'error.type': scope.code ?? String(status) }),
    }
    duration.record(milliseconds / 1000, attributes)
    if (span) finish(span.setAttributes(attributes), method, scope, status)

    const level = status < 500 ? 'info' : status === 503 ? 'warn' : 'error'
    logger[level](
      {
        request: scope.id,
        method,
        route: scope.route ?? null,
        status,
        ...(scope.code !== undefined && { code: scope.code }),
        ms: Math.round(milliseconds * 10) / 10,
        ip: keptAddress(ip ?? null, addresses),
        ...(scope.tenantId !== undefined && { tenant: scope.tenantId }),
        ...(scope.userId !== undefined && { user: scope.userId }),
        ...(scope.sessionId !== undefined && { session: scope.sessionId }),
        ...(scope.failure !== undefined && { error: describeError(scope.failure) }),
      },
      'request',
    )
    return response
  }
}

function finish(span: Span, method: string, scope: RequestScope, status: number): void {
  if (scope.route !== undefined) span.updateName(`${method} ${scope.route}`)
  if (scope.code !== undefined) span.setAttribute('tabkeeper.code', scope.code)
  if (scope.sessionId !== undefined) span.setAttribute('session.id', scope.sessionId)
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}

/** The span of a host that has one for the request already, else the one that the client names. */
const parentOf = (request: Request) =>
  trace.getActiveSpan()
    ? context.active()
    : propagation.extract(context.active(), request.headers, {
        get: (headers, name) => headers.get(name) ?? undefined,
        keys: headers => [...headers.keys()],
      })
