import pg from 'pg'

/** What PostgreSQL says to those who listen; it needs a connection of its own, and no pooler in between. */
export interface Notifications {
  /**
   * Listens until the returned function is called, over any number of lost connections. Resolves when
   * the first connection stands or has failed; `onGap` is called when one stands again.
   */
  listen(
    channel: string,
    onPayload: (payload: string) => void,
    onGap: () => void,
  ): Promise<() => Promise<void>>
}

const pause = 1_000

export const createNotifications = (url: string, connectTimeout: number): Notifications => ({
  async listen(channel, onPayload, onGap) {
    let current: pg.Client | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false

    async function connect(isFirst: boolean): Promise<void> {
      if (stopped) return
      const client = new pg.Client({
        connectionString: url,
        connectionTimeoutMillis: connectTimeout,
        application_name: 'tabkeeper (events)',
        keepAlive: true,
      })
      current = client
      client.on('error', () => {})
      client.on('notification', ({ payload }) => onPayload(payload ?? ''))
      try {
        await client.connect()
        await client.query(`listen ${client.escapeIdentifier(channel)}`)
        client.on('end', again)
        if (!isFirst) onGap()
      } catch {
        client.end().catch(() => {})
        again()
      }
    }

    function again(): void {
      if (stopped) return
      timer = setTimeout(() => connect(false), pause)
      timer.unref()
    }

    await connect(true)
    return async () => {
      stopped = true
      clearTimeout(timer)
      await current?.end().catch(() => {})
    }
  },
})
