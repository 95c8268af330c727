import type { MenuItem } from '@tabkeeper-examples/house/bar'
import { computed, type Ref, reactive } from 'vue'

/** An order that is being put together. */
export type Draft = ReturnType<typeof useDraft>

interface Line {
  readonly item: MenuItem
  readonly quantity: number
}

interface Begun {
  readonly quantities: Map<string, number>
  note: string
}

/** What was begun, by person: an order outlives the session it was begun in. */
const begun = new Map<string, Begun>()

/** Forgets what was begun: for somebody who signs out on purpose. */
export const forgetDrafts = () => begun.clear()

/** Returns somebody's order over a menu, empty or as they left it. What is sold out falls out of it. */
export function useDraft(menu: Readonly<Ref<readonly MenuItem[]>>, owner: string) {
  const mine = begun.get(owner) ?? reactive<Begun>({ quantities: new Map(), note: '' })
  begun.set(owner, mine)

  const lines = computed(() =>
    menu.value.flatMap(item => {
      const quantity = mine.quantities.get(item.id) ?? 0
      return quantity > 0 && item.available ? [{ item, quantity }] : []
    }),
  )
  const change = (id: string, by: number) => {
    mine.quantities.set(id, Math.max(0, (mine.quantities.get(id) ?? 0) + by))
  }

  return reactive({
    lines,
    count: computed(() => lines.value.reduce((sum, line) => sum + line.quantity, 0)),
    total: computed(() =>
      lines.value.reduce((sum, { item, quantity }) => sum + item.price_cents * quantity, 0),
    ),
    note: computed({
      get: () => mine.note,
      set: note => {
        mine.note = note
      },
    }),
    add: (item: MenuItem) => change(item.id, 1),
    remove: (item: MenuItem) => change(item.id, -1),
    /** Takes out what was sent; what was added meanwhile stays. */
    sent(what: readonly Line[]) {
      for (const { item, quantity } of what) change(item.id, -quantity)
      mine.note = ''
    },
  })
}
