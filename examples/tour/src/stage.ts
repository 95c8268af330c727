import * as z from 'zod/mini'

/** What the server tells the tour, in a demonstration on one's own machine. */
export type Stage = z.infer<typeof stage>
const stage = z.object({
  quick: z.boolean(),
  accounts: z.array(
    z.object({ role: z.string(), name: z.string(), email: z.string(), password: z.string() }),
  ),
  events: z.array(
    z.object({ kind: z.string(), at: z.number(), sessionId: z.nullable(z.string()) }),
  ),
})

/** Nothing is demonstrated at a bar that others can reach: `absent`. */
export type Look = Stage | 'absent' | 'no-answer'

/** Returns what the server tells. */
export async function readStage(): Promise<Look> {
  try {
    const response = await fetch('/api/tour')
    if (response.status === 404) return 'absent'
    return stage.parse(await response.json())
  } catch {
    return 'no-answer'
  }
}

export const setPace = (quick: boolean) => order('pace', { quick })
export const killServer = () => order('kill')
export const loseNextAnswer = () => order('lose-answer')

async function order(what: string, body: object = {}): Promise<void> {
  const { ok, status } = await fetch(`/api/tour/${what}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!ok) throw new Error(`The bar refused "${what}" with ${status}.`)
}
