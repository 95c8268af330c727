import { toFlag } from '@tabkeeper/server'

const drink = (
  id: string,
  name: string,
  category: string,
  price_cents: number,
  description: string,
  available = true,
) => ({ id, name, category, price_cents, description, available: toFlag(available) })

/** What the bar serves on its first day. */
export const drinks = [
  drink(
    'negroni',
    'Negroni',
    'Classics',
    1150,
    'Gin, Campari and sweet vermouth over one large cube.',
  ),
  drink(
    'old-fashioned',
    'Old Fashioned',
    'Classics',
    1250,
    'Bourbon, a lump of sugar, two dashes of bitters.',
  ),
  drink(
    'daiquiri',
    'Daiquiri',
    'Classics',
    1050,
    'White rum, lime and sugar, shaken until it hurts.',
  ),
  drink(
    'last-word',
    'Last Word',
    'Classics',
    1300,
    'Gin, green Chartreuse, maraschino and lime in equal parts.',
    false,
  ),
  drink(
    'tab-keeper',
    'Tab Keeper',
    'House',
    1350,
    'Rye, walnut, cold brew. Stays with you longer than you expect.',
  ),
  drink(
    'refresher',
    'The Refresher',
    'House',
    1100,
    'Cucumber, mint, gin and soda. Always just in time.',
  ),
  drink(
    'grace-period',
    'Grace Period',
    'House',
    1200,
    'Mezcal, grapefruit and honey. Thirty seconds to think again.',
  ),
  drink('pilsner', 'Pilsner', 'Beer', 550, 'From the tap, half a litre.'),
  drink('stout', 'Oatmeal Stout', 'Beer', 620, 'Roasted, round, a little sweet.'),
  drink('riesling', 'Riesling', 'Wine', 780, 'Dry, from a slate slope on the Mosel.'),
  drink('tonic', 'Rosemary Tonic', 'Without', 600, 'Tonic, rosemary, grapefruit peel. No alcohol.'),
  drink(
    'ginger-beer',
    'Ginger Beer',
    'Without',
    520,
    'Brewed here, sharp enough to notice. No alcohol.',
  ),
  drink('espresso', 'Espresso', 'Without', 300, 'For those who still have a way to go.'),
]
