import { expect, it } from 'vitest'
import { barChart, lineChart, spread, ticks } from './svg.ts'

const bar = (label: string, value: number) => ({ label, value, text: String(value), isOurs: false })

it('draws bars as long as their values', () => {
  const bars = [bar('half', 5), bar('whole', 10)]
  const svg = barChart({ title: 'T', subtitle: '', groups: [{ title: 'G', bars }] })
  const [half, whole] = [...svg.matchAll(/<rect class="peer".*?width="([\d.]+)"/g)].map(found =>
    Number(found[1]),
  )
  expect(whole).toBeGreaterThan(0)
  expect(half).toBe(Number(whole) / 2)
})

it('shows a value below zero as next to nothing', () => {
  const bars = [bar('noise', -1), bar('some', 10)]
  const svg = barChart({ title: 'T', subtitle: '', groups: [{ title: 'G', bars }] })
  expect(svg).toContain('width="2"')
})

it('lets no label end the document', () => {
  const bars = [bar('<script> & "co"', 1)]
  const svg = barChart({ title: 'a "b"', subtitle: '', groups: [{ title: 'G', bars }] })
  expect(svg).toContain('&lt;script> &amp; &quot;co&quot;')
  expect(svg).toContain('aria-label="a &quot;b&quot;"')
})

it('has a scale that holds all values', () => {
  expect(ticks([1.04, 53], [1, 2, 5])).toEqual([1, 2, 5, 10, 20, 50, 100])
  expect(ticks([1, 10_000], [1])).toEqual([1, 10, 100, 1_000, 10_000])
  expect(ticks([0.8, 1.2], [1, 2, 5])).toEqual([0.5, 1, 2])
})

it('keeps labels apart, and where they belong if there is room', () => {
  expect(spread([10, 12, 100], 10)).toEqual([6, 16, 100])
  expect(spread([10, 11, 12, 25, 60], 10)).toEqual([-0.5, 9.5, 19.5, 29.5, 60])
})

const line = (label: string, isOurs: boolean, values: readonly number[]) => ({
  label,
  isOurs,
  points: values.map((y, i) => ({ x: 10 ** i, y })),
})
const draw = (lines: ReturnType<typeof line>[]) =>
  lineChart({
    title: 'T',
    subtitle: '',
    xTitle: 'x',
    lines,
    goal: { value: 1, label: 'goal' },
  })

it('draws a line higher where its values are higher', () => {
  const svg = draw([line('L', true, [1, 2])])
  const [, drawn = ''] = /<polyline class="ours-line" points="([^"]*)"/.exec(svg) ?? []
  const [low, high] = drawn.split(' ').map(point => Number(point.split(',')[1]))
  expect(high).toBeLessThan(Number(low))
})

it('names lines and goal beside them, one below the other, and draws ours on top', () => {
  const svg = draw([line('ours', true, [1, 1.01]), line('peer', false, [1, 1])])
  const end = Number(/<line class="goal" x1="[\d.]+" x2="([\d.]+)"/.exec(svg)?.[1])
  const placeOf = (label: string) => {
    const [, x, y] = new RegExp(`x="([\\d.]+)" y="([\\d.]+)">${label}<`).exec(svg) ?? []
    expect(Number(x)).toBeGreaterThan(end)
    return Number(y)
  }

  const heights = ['ours', 'peer', 'goal'].map(placeOf).sort((a, b) => a - b)
  const gaps = heights.slice(1).map((height, i) => height - Number(heights[i]))
  expect(Math.min(...gaps)).toBeGreaterThan(16)
  expect(svg.indexOf('"ours-line"')).toBeGreaterThan(svg.indexOf('"peer-line"'))
})
