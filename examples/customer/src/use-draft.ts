import type { MenuItem } from '@tabkeeper-examples/house/bar'
import { computed, type Ref, reactive, ref } from 'vue'

/** An order that is being put together. */
export type Draft = ReturnType<typeof useDraft>

/** Returns an empty order over a menu. What is sold out meanwhile falls out of it. */
export function useDraft(menu: Readonly<Ref<readonly MenuItem[]>>) {
  const quantities = reactive(new Map<string, number>())
  const note = ref('')

  const lines = computed(() =>
    menu.value.flatMap(item => {
      const quantity = quantities.get(item.id) ?? 0
      return quantity > 0 && item.available ? [{ item, quantity }] : []
    }),
  )
  const total = computed(() =>
    lines.value.reduce((sum, { item, quantity }) => sum + item.price_cents * quantity, 0),
  )
  const change = (id: string, by: number) => {
    quantities.set(id, Math.max(0, (quantities.get(id) ?? 0) + by))
  }

  return reactive({
    lines,
    total,
    note,
    add: (item: MenuItem) => change(item.id, 1),
    remove: (item: MenuItem) => change(item.id, -1),
    clear() {
      quantities.clear()
      note.value = ''
    },
  })
}
