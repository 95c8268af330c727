/** A server that is measured, in a process of its own. */
export interface Subject {
  readonly port: number
  /** Requests of so many different sessions, by how they prove who sends them. */
  readonly requests: Readonly<Record<string, (count: number) => Promise<readonly string[]>>>
  /** Refresh tokens of so many sessions that have not been refreshed, by what they are exchanged for. */
  readonly refreshTokens: Readonly<Record<string, (count: number) => Promise<readonly string[]>>>
}

export interface SubjectOptions {
  /** An empty database of its own. */
  readonly databaseUrl: string
  /** How many sessions there are; each has a user, unless there are more than 100,000. */
  readonly sessions: number
  /** Whether requests would have to note when a session was last seen. */
  readonly lastSeen: 'noted' | 'not noted'
}

/** What a process is asked for. */
export type Order =
  | { readonly is: 'start'; readonly options: SubjectOptions }
  | { readonly is: 'requests' | 'refreshTokens'; readonly kind: string; readonly count: number }
  /** Microseconds of processor time since the start. */
  | { readonly is: 'cpu' }

/** Lets the parent process give orders to the subject that `start` makes. */
export function obey(start: (options: SubjectOptions) => Promise<Subject>): void {
  let subject: Subject | undefined

  async function answer(order: Order): Promise<unknown> {
    switch (order.is) {
      case 'start':
        subject = await start(order.options)
        return subject.port
      case 'requests':
      case 'refreshTokens':
        return subject?.[order.is][order.kind]?.(order.count)
      case 'cpu': {
        const { user, system } = process.cpuUsage()
        return user + system
      }
    }
  }

  process.on('message', async ({ id, order }: { id: number; order: Order }) => {
    try {
      process.send?.({ id, value: await answer(order) })
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.stack : String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
}
