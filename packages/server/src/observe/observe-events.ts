import { metrics } from '@opentelemetry/api'
import { type AuthEvent, type AuthEventKind, isEveryday } from '../events/auth-event.ts'
import type { Logger } from './logger.ts'
import { currentScope } from './request-scope.ts'

/** How a refresh came out. */
const outcomes: Partial<Record<AuthEventKind, string>> = {
  refreshed: 'rotated',
  replayed: 'replayed',
  recovered: 'recovered',
  'refresh-refused': 'refused',
  'generation-ahead': 'refused',
  'reuse-detected': 'reuse_detected',
}

/** What somebody should look at. */
const alarming: ReadonlySet<AuthEventKind> = new Set([
  'reuse-detected',
  'generation-ahead',
  'admin-token-refused',
])

/** Returns the listener that writes events to the log and counts them. */
export function createObserveEvents(logger: Logger) {
  const meter = metrics.getMeter('@tabkeeper/server')
  const events = meter.createCounter('tabkeeper.events', { description: 'What happened, by kind.' })
  const refreshes = meter.createCounter('tabkeeper.refreshes', {
    description: 'Refreshes, by how they came out.',
  })
  return (event: AuthEvent): void => {
    const { kind, tenantId, userId, sessionId, ip, data } = event
    events.add(1, { 'tabkeeper.event': kind })
    const outcome = outcomes[kind]
    if (outcome !== undefined) refreshes.add(1, { 'tabkeeper.outcome': outcome })
    const isAlarm = alarming.has(kind) || data.elsewhere === true
    const level = isAlarm ? 'warn' : isEveryday(event) ? 'debug' : 'info'
    const request = currentScope()?.id
    logger[level](
      {
        ...(request !== undefined && { request }),
        event: kind,
        tenant: tenantId,
        user: userId,
        session: sessionId,
        ip,
        data,
      },
      'event',
    )
  }
}
