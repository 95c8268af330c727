import {
  type AuthEvent,
  type KeySource,
  loadKeys,
  openDatabase,
  systemClock,
} from '@tabkeeper/server'
import { type Listening, listen, type ServeSettings } from '@tabkeeper/server/node'
import { type Bar, createBar } from './bar.ts'
import { type DemoAccount, ensureDemoAccounts } from './demo-accounts.ts'
import { imagineFirstEvening } from './first-evening.ts'
import { createTourRoutes } from './tour-routes.ts'

/** How long tokens live, as far as the tour changes it; milliseconds. */
export interface Pace {
  readonly accessTokenTtl: number | undefined
  readonly grace?: number
}

/** The bar of a demonstration: it can be closed, killed and opened again while its pages stay open. */
export interface Stage {
  readonly port: number
  readonly location: string
  readonly accounts: readonly DemoAccount[]
  readonly missing: readonly string[]
  close(): Promise<void>
}

/** Tokens for people who watch. The grace stays above the time after which the SDK gives a refresh up. */
const quick: Pace = { accessTokenTtl: 10_000, grace: 12_000 }
const mostEvents = 200

/** Opens the bar, with the controls of the tour if it `hasTour`. */
export async function openStage(
  settings: ServeSettings,
  env: NonNullable<KeySource['env']>,
  hasTour: boolean,
): Promise<Stage> {
  const { dataDir, databaseUrl: url, ...options } = settings
  const keys = await loadKeys({ dataDir, env })
  const events: AuthEvent[] = []
  const usual: Pace = { accessTokenTtl: options.accessTokenTtl }
  let pace = usual
  let losing = false
  let { port } = settings
  let open: Opened | null = null
  /** One change after the other: what is closing is never opened. */
  let changing: Promise<unknown> = Promise.resolve()

  const tour = createTourRoutes({
    accounts: () => open?.accounts ?? [],
    isQuick: () => pace === quick,
    events: () => events,
    setQuick(isQuick) {
      pace = isQuick ? quick : usual
      change(async () => {
        await open?.close(1_000)
        open = await openBar()
      })
    },
    kill(pause) {
      change(async () => {
        await open?.close(0)
        await new Promise(done => setTimeout(done, pause))
        open = await openBar()
      })
    },
    loseNextAnswer() {
      losing = true
    },
  })

  function change(how: () => Promise<void>): void {
    changing = changing.then(how).catch(error => {
      console.error('The bar could not be opened again:', error)
      process.exit(1)
    })
  }

  async function openBar(): Promise<Opened> {
    const database = await openDatabase({ url, dataDir })
    const bar = await createBar({
      ...options,
      ...pace,
      database,
      keys,
      on(event) {
        events.push(event)
        if (events.length > mostEvents) events.shift()
      },
    })
    const accounts = await ensureDemoAccounts(bar.auth.users, dataDir)
    await imagineFirstEvening(database, bar.auth.users, systemClock)
    const server = await listen({
      ...settings,
      port,
      fetch: (request, host) => answer(bar, request, host),
    })
    port = server.port
    return {
      accounts,
      missing: bar.missing,
      location: database.location,
      async close(patience) {
        await closeAll(server, bar, patience)
        await database.close()
      },
    }
  }

  async function answer(bar: Bar, request: Request, host: { ip?: string | undefined }) {
    const { pathname } = new URL(request.url)
    if (hasTour && pathname.startsWith('/api/tour')) return tour.fetch(request)
    const response = await bar.fetch(request, host)
    if (!losing || pathname !== '/api/auth/refresh') return response
    losing = false
    return cutOff(response)
  }

  open = await openBar()
  return {
    port,
    location: open.location,
    accounts: open.accounts,
    missing: open.missing,
    async close() {
      await changing
      await open?.close(5_000)
    },
  }
}

interface Opened {
  readonly accounts: readonly DemoAccount[]
  readonly missing: readonly string[]
  readonly location: string
  /** Lets running requests end for so many milliseconds; with 0 they are cut off. */
  close(patience: number): Promise<void>
}

async function closeAll(server: Listening, { auth }: Bar, patience: number): Promise<void> {
  await Promise.all([server.close(patience), auth.close()])
}

/** The answer as it arrives where the connection ends after the first byte of it. */
function cutOff({ status, headers }: Response): Response {
  const length = headers.get('Content-Length') ?? '1000'
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('{'))
      await new Promise(done => setTimeout(done, 20))
      controller.error(new Error('The tour cut this answer off.'))
    },
  })
  return new Response(body, {
    status,
    headers: { 'Content-Type': 'application/json', 'Content-Length': length },
  })
}
