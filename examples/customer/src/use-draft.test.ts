import type { MenuItem } from '@tabkeeper-examples/house/bar'
import { beforeEach, expect, it } from 'vitest'
import { shallowRef } from 'vue'
import { forgetDrafts, useDraft } from './use-draft.ts'

const item = (id: string, price_cents: number): MenuItem => ({
  id,
  name: id,
  description: '',
  category: '',
  price_cents,
  available: true,
})
const negroni = item('negroni', 950)
const tonic = item('tonic', 450)

beforeEach(forgetDrafts)

it('counts what is added and taken away', () => {
  const draft = useDraft(shallowRef([negroni, tonic]), 'cleo')
  draft.add(negroni)
  draft.add(negroni)
  draft.add(tonic)
  draft.remove(tonic)
  draft.remove(tonic)
  expect(draft.lines).toEqual([{ item: negroni, quantity: 2 }])
  expect([draft.count, draft.total]).toEqual([2, 1900])
})

it('lets go of what is sold out meanwhile', () => {
  const menu = shallowRef([negroni, tonic])
  const draft = useDraft(menu, 'cleo')
  draft.add(negroni)
  draft.add(tonic)
  menu.value = [{ ...negroni, available: false }, tonic]
  expect(draft.lines).toEqual([{ item: tonic, quantity: 1 }])
})

it('keeps what is added while the order is on its way', () => {
  const draft = useDraft(shallowRef([negroni, tonic]), 'cleo')
  draft.add(negroni)
  draft.note = 'No ice'
  const { lines } = draft
  draft.add(tonic)
  draft.sent(lines)
  expect(draft.lines).toEqual([{ item: tonic, quantity: 1 }])
  expect(draft.note).toBe('')
})

it('is there again for whoever began it, and for nobody else', () => {
  const menu = shallowRef([negroni])
  useDraft(menu, 'cleo').add(negroni)
  expect(useDraft(menu, 'dmitri').count).toBe(0)
  expect(useDraft(menu, 'cleo').count).toBe(1)

  forgetDrafts()
  expect(useDraft(menu, 'cleo').count).toBe(0)
})
