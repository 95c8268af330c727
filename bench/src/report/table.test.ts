import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { inMarkdown, layOut } from './table.ts'

const table = {
  title: 'Fruit',
  columns: ['name', 'weight', 'price'],
  rows: [
    ['apple', '150 g', '1'],
    ['fig', '40 g', '12'],
  ],
  isOurs: (row: readonly string[]) => row[0] === 'fig',
  notes: ['weighed on a Monday'],
}

it('sets text to the left and figures to the right', () => {
  const plain = stripVTControlCharacters(layOut(table))
  expect(plain.split('\n')).toEqual([
    '',
    'Fruit',
    '',
    'name    weight   price',
    '──────────────────────',
    'apple    150 g       1',
    'fig       40 g      12',
    '  weighed on a Monday',
    '',
  ])
})

it('shows our rows in bold', () => {
  expect(layOut(table)).toContain('\u001b[1mfig ')
  expect(inMarkdown(table)).toBe(
    [
      '| name | weight | price |',
      '|---|---:|---:|',
      '| apple | 150 g | 1 |',
      '| **fig** | **40 g** | **12** |',
    ].join('\n'),
  )
})
