import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { LogEvent } from 'kysely'

/**
 * Makes a span of a statement that has just been done, where the request that it is part of is being
 * recorded. It has the text of the statement, which has no values in it.
 */
export function traceStatement(event: LogEvent, dialect: 'sqlite' | 'postgres'): void {
  if (!trace.getActiveSpan()?.isRecording()) return
  const { sql } = event.query
  const operation = /^\w+/.exec(sql)?.[0].toUpperCase() ?? 'SQL'
  const now = Date.now()
  const span = trace.getTracer('@tabkeeper/server').startSpan(operation, {
    kind: SpanKind.CLIENT,
    startTime: now - event.queryDurationMillis,
    attributes: {
      'db.system.name': dialect === 'postgres' ? 'postgresql' : 'sqlite',
      'db.operation.name': operation,
      'db.query.text': sql,
    },
  })
  if (event.level === 'error') span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(now)
}
