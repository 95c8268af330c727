/** What a load balancer is told. */
export interface Health {
  /** Whether requests can be answered at this moment. */
  isReady(): Promise<boolean>
}

/**
 * Returns the answer to `/healthz` (the process lives) and `/readyz` (it can serve), or null for any
 * other path.
 */
export async function answerHealth(request: Request, health: Health): Promise<Response | null> {
  const { pathname } = new URL(request.url)
  if (pathname === '/healthz') return say(200, 'alive')
  if (pathname !== '/readyz') return null
  return (await health.isReady()) ? say(200, 'ready') : say(503, 'not ready')
}

const say = (status: number, text: string) =>
  new Response(`${text}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...(status === 503 && { 'Retry-After': '1' }),
    },
  })
