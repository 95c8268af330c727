import { ProxyTracerProvider, trace } from '@opentelemetry/api'

/**
 * Whether an SDK of OpenTelemetry has been registered. It is asked once, when something is made that would
 * make spans, so that nobody pays for them who has none.
 */
export function isTraced(): boolean {
  const provider = trace.getTracerProvider()
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('') !== undefined
}
