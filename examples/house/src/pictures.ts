import drawings from '../pictures/drinks.svg'

/** The drinks that the house has drawn; every other one is a glass of something. */
const drawn = new Set([
  'negroni',
  'old-fashioned',
  'daiquiri',
  'last-word',
  'tab-keeper',
  'refresher',
  'grace-period',
  'pilsner',
  'stout',
  'riesling',
  'tonic',
  'ginger-beer',
  'espresso',
])

/** Returns the address of the house's drawing of a drink, for an SVG `use`. */
export const drawingOf = (id: string): string => `${drawings}#${drawn.has(id) ? id : 'drink'}`
