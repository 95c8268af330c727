import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSqlite, describeOnBoth } from './support/databases.ts'
import { password, startServer } from './support/test-server.ts'

/** What an app does before it makes its server; undone after the test. */
function register(options: ConstructorParameters<typeof TracerProvider>[0] = {}) {
  const spans = new InMemorySpanExporter()
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: measured })
  const spanProcessors = [new SimpleSpanProcessor({ exporter: spans })]
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors, ...options }))
  const meters = new MeterProvider({ readers: [reader] })
  metrics.setGlobalMeterProvider(meters)
  onTestFinished(async () => {
    await meters.shutdown()
    for (const api of [context, propagation, trace, metrics]) api.disable()
  })
  return {
    spans,
    async sums(name: string) {
      await reader.forceFlush()
      const all =
        measured
          .getMetrics()
          .at(-1)
          ?.scopeMetrics.flatMap(scope => scope.metrics) ?? []
      const found = all.find(({ descriptor }) => descriptor.name === name)
      return found?.dataPoints ?? []
    },
  }
}

describeOnBoth('with OpenTelemetry', create => {
  it('a request is a span, and each of its statements one below it', async () => {
    const { spans } = register()
    const source = await create()
    onTestFinished(() => source.drop())
    const { signUp, call, me } = await startServer(source)
    const { session, access_token } = await signUp()
    spans.reset()

    await me(access_token)
    const [statement, request] = spans.getFinishedSpans()
    expect(request).toMatchObject({
      name: 'GET /api/auth/me',
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/auth/me',
        'http.response.status_code': 200,
        'session.id': session.id,
      },
    })
    expect(statement).toMatchObject({
      name: 'SELECT',
      kind: SpanKind.CLIENT,
      parentSpanContext: { spanId: request?.spanContext().spanId },
      attributes: {
        'db.system.name': source.dialect === 'postgres' ? 'postgresql' : 'sqlite',
        'db.operation.name': 'SELECT',
        'db.query.text': expect.stringMatching(/^select .* from "sessions" .* = (\?|\$\d)/),
      },
    })
    expect(spans.getFinishedSpans()).toHaveLength(2)

    spans.reset()
    await call('DELETE', `/sessions/${crypto.randomUUID()}`, { token: access_token })
    expect(spans.getFinishedSpans().at(-1)).toMatchObject({
      name: 'DELETE /api/auth/sessions/:id',
      attributes: { 'http.response.status_code': 404, 'tabkeeper.code': 'session_not_found' },
      status: { code: SpanStatusCode.UNSET }, // the client's mistake, not the server's
    })
  })
})

describe('with OpenTelemetry', () => {
  it('joins the trace that the client names, or the span of its host', async () => {
    const { spans } = register()
    const { server, call } = await startServer(await createSqlite())
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    await call('GET', '/me', { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } })
    expect(spans.getFinishedSpans()[0]?.spanContext().traceId).toBe(traceId)
    spans.reset()
    const host = trace.getTracer('host').startSpan('host')
    await context.with(trace.setSpan(context.active(), host), () =>
      server.fetch(new Request('https://bar.example/api/auth/me')),
    )
    expect(spans.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe(host.spanContext().spanId)
  })

  it('counts refreshes by how they came out, events, and how long requests take', async () => {
    const { sums } = register()
    const { signUp, refresh, me, clock } = await startServer(await createSqlite())
    const { refresh_token } = await signUp()
    const { body } = await refresh(refresh_token)
    await refresh(refresh_token)
    await refresh('forged')
    await me(body.access_token)
    clock.advance(60_000)
    await refresh(refresh_token)
    const refreshes = await sums('tabkeeper.refreshes')
    const outcome = 'tabkeeper.outcome'
    expect(
      Object.fromEntries(refreshes.map(point => [point.attributes[outcome], point.value])),
    ).toEqual({ rotated: 1, replayed: 1, refused: 1, reuse_detected: 1 })
    const events = await sums('tabkeeper.events')
    expect(events.map(point => point.attributes['tabkeeper.event'])).toContain('registered')
    expect(await sums('http.server.request.duration')).toContainEqual(
      expect.objectContaining({
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/api/auth/refresh',
          'http.response.status_code': 200,
        },
        value: expect.objectContaining({ count: 2 }),
      }),
    )
  })

  it('marks what has failed, and says nothing secret', async () => {
    const { spans } = register()
    const { signUp, refresh, call, database } = await startServer(await createSqlite())
    const { user, refresh_token, access_token } = await signUp()
    await refresh(refresh_token)
    await call('POST', '/login', { body: { email: user.email, password } })
    await database.kysely.schema.dropTable('sessions').execute()
    expect(await refresh(refresh_token)).toMatchObject({ status: 500 })
    const finished = spans.getFinishedSpans()
    const [statement, request] = finished.slice(-2)
    expect(request).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'internal_error' },
    })
    expect(statement).toMatchObject({ name: 'UPDATE', status: { code: SpanStatusCode.ERROR } })
    const told = JSON.stringify(
      finished.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    )
    expect(finished.map(({ name }) => name)).toContain('COMMIT')
    for (const secret of [refresh_token, access_token, password, user.email]) {
      expect(told).not.toContain(secret)
    }
  })

  it('makes no span of a statement where nobody records the request', async () => {
    const { spans } = register({ sampler: new AlwaysOffSampler() })
    const { signUp } = await startServer(await createSqlite())
    await signUp()
    expect(spans.getFinishedSpans()).toEqual([])
  })
})
