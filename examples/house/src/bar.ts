import * as z from 'zod/mini'

/** Somebody who is signed in at the bar. */
export type Person = z.infer<typeof person>
export const person = z.object({
  id: z.string(),
  email: z.string(),
  name: z.nullish(z.string()),
  role: z.string(),
})

/** Returns what to call somebody. */
export const nameOf = (who: Pick<Person, 'email' | 'name'> | null): string =>
  who ? who.name || who.email : 'Somebody'

export type MenuItem = z.infer<typeof menuItem>
const menuItem = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.string(),
  price_cents: z.number(),
  available: z.boolean(),
  /** The picture that somebody took of it. */
  image_url: z.nullish(z.string()),
})

export type Order = z.infer<typeof order>
export const order = z.object({
  id: z.string(),
  number: z.number(),
  status: z.enum(['open', 'made']),
  customer: z.object({ id: z.string(), name: z.nullish(z.string()) }),
  items: z.array(
    z.object({
      menu_item_id: z.string(),
      name: z.string(),
      quantity: z.number(),
      price_cents: z.number(),
    }),
  ),
  note: z.nullish(z.string()),
  total_cents: z.number(),
  created_at: z.string(),
  made_at: z.nullish(z.string()),
})

export const menu = z.object({ items: z.array(menuItem) })
export const orders = z.object({ orders: z.array(order) })
