/** A chart is drawn in the colours of the page that shows it: light or dark, as the reader has it. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .quiet { fill: #57606a; font-size: 12px }
  .figure { font-variant-numeric: tabular-nums }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .goal { stroke: #57606a; stroke-dasharray: 4 3 } .lead { stroke: #d0d7de; fill: none }
  .peer { fill: #8c959f } .peer-line { stroke: #8c959f; fill: none; stroke-width: 1.5 }
  .ours { fill: #1a7f37 } .ours-line { stroke: #1a7f37; fill: none; stroke-width: 3 }
  .strong { font-weight: 600 }
  .paper { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid, .lead { stroke: #3d444d }
    .goal { stroke: #9198a1 } .peer { fill: #656c76 } .peer-line { stroke: #656c76 }
    .ours { fill: #3fb950 } .ours-line { stroke: #3fb950 } .paper { fill: #0d1117 }
  }`

const WIDTH = 760

export interface Bar {
  readonly label: string
  readonly value: number
  /** The value as it is to be read. */
  readonly text: string
  readonly isOurs: boolean
}

export interface BarChart {
  readonly title: string
  readonly subtitle: string
  readonly groups: readonly { readonly title: string; readonly bars: readonly Bar[] }[]
}

const LABELS = 240
const ROW = 26
const HEAD = 64

/** Draws horizontal bars, from zero and on one scale. */
export function barChart({ title, subtitle, groups }: BarChart): string {
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)))
  const room = WIDTH - LABELS - 100
  const parts: string[] = []
  let y = HEAD
  for (const group of groups) {
    parts.push(text(16, y + 17, group.title, 'quiet strong'))
    y += ROW
    for (const { label, value, text: figure, isOurs } of group.bars) {
      const length = Math.max(2, (Math.max(0, value) / most) * room)
      const name = isOurs ? 'strong' : ''
      parts.push(
        text(LABELS - 10, y + 17, label, name, 'end'),
        `<rect class="${isOurs ? 'ours' : 'peer'}" x="${LABELS}" y="${y + 4}" width="${round(length)}" height="${ROW - 9}" rx="2"/>`,
        text(LABELS + length + 8, y + 17, figure, `figure ${name}`),
      )
      y += ROW
    }
    y += 10
  }
  return frame(title, subtitle, y + 6, parts)
}

export interface Line {
  readonly label: string
  readonly isOurs: boolean
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface LineChart {
  readonly title: string
  readonly subtitle: string
  readonly xTitle: string
  readonly lines: readonly Line[]
  /** A height to be compared with. */
  readonly goal: { readonly value: number; readonly label: string }
}

const PLOT = { left: 60, right: 250, top: 76, height: 330 }

/** Draws lines over two logarithmic scales, each named beside its right end; ours are on top. */
export function lineChart({ title, subtitle, xTitle, lines, goal }: LineChart): string {
  const points = lines.flatMap(({ points }) => points)
  const xs = ticks(
    points.map(({ x }) => x),
    [1],
  )
  const ys = ticks([...points.map(({ y }) => y), goal.value], [1, 2, 5])
  const x = scale(xs, PLOT.left, WIDTH - PLOT.right)
  const y = scale(ys, PLOT.top + PLOT.height, PLOT.top)
  const right = WIDTH - PLOT.right

  const grid = ys.flatMap(tick => [
    `<line class="grid" x1="${PLOT.left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>`,
    text(PLOT.left - 8, y(tick) + 4, `${tick} ×`, 'quiet figure', 'end'),
  ])
  const foot = xs.map(tick =>
    text(x(tick), PLOT.top + PLOT.height + 20, tick.toLocaleString('en'), 'quiet figure', 'middle'),
  )
  const drawn = [...lines]
    .sort((a, b) => Number(a.isOurs) - Number(b.isOurs))
    .map(
      ({ isOurs, points }) =>
        `<polyline class="${isOurs ? 'ours-line' : 'peer-line'}" points="${points.map(point => `${x(point.x)},${y(point.y)}`).join(' ')}"/>`,
    )
  const named = [
    ...lines.map(line => ({
      label: line.label,
      at: y(last(line)),
      style: line.isOurs ? 'strong' : '',
    })),
    { label: goal.label, at: y(goal.value), style: 'quiet' },
  ].sort((a, b) => a.at - b.at)
  const heights = spread(
    named.map(({ at }) => at),
    17,
  )
  const names = named.flatMap(({ label, at, style }, i) => {
    const height = heights[i] ?? at
    return [
      `<polyline class="lead" points="${right + 2},${at} ${right + 18},${round(height)}"/>`,
      text(right + 22, height + 4, label, style),
    ]
  })
  const bottom = PLOT.top + PLOT.height
  return frame(title, subtitle, bottom + 52, [
    ...grid,
    `<line class="goal" x1="${PLOT.left}" x2="${right}" y1="${y(goal.value)}" y2="${y(goal.value)}"/>`,
    ...drawn,
    ...names,
    ...foot,
    text((PLOT.left + right) / 2, bottom + 40, xTitle, 'quiet', 'middle'),
  ])
}

function last({ points }: Line): number {
  return points.at(-1)?.y ?? 1
}

/** Round numbers on a logarithmic scale, from below the least to above the most. */
export function ticks(values: readonly number[], steps: readonly number[]): readonly number[] {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const candidates: number[] = []
  for (let power = -3; power <= 6; power++)
    for (const step of steps) candidates.push(Number((step * 10 ** power).toPrecision(3)))
  const first = Math.max(
    0,
    candidates.findLastIndex(tick => tick <= least),
  )
  const end = candidates.findIndex(tick => tick >= most)
  return candidates.slice(first, (end === -1 ? candidates.length - 1 : end) + 1)
}

function scale(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const low = Math.log(ticks[0] ?? 1)
  const high = Math.log(ticks.at(-1) ?? 1)
  return value =>
    round(high === low ? from : from + ((Math.log(value) - low) / (high - low)) * (to - from))
}

/**
 * Moves heights that grow apart until none is closer than `gap` to the one before it. Those that are in each
 * other's way share what they have to give.
 */
export function spread(heights: readonly number[], gap: number): readonly number[] {
  // Less the place that those before it need, a height may not be below the one before: neighbours of which
  // that is not true become a block, at their mean.
  const blocks: { sum: number; count: number }[] = []
  for (const [i, height] of heights.entries()) {
    let block = { sum: height - i * gap, count: 1 }
    let before = blocks.at(-1)
    while (before && before.sum / before.count > block.sum / block.count) {
      block = { sum: before.sum + block.sum, count: before.count + block.count }
      blocks.pop()
      before = blocks.at(-1)
    }
    blocks.push(block)
  }
  return blocks
    .flatMap(({ sum, count }) => Array<number>(count).fill(sum / count))
    .map((place, i) => place + i * gap)
}

function frame(title: string, subtitle: string, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${round(height)}" width="${WIDTH}" height="${round(height)}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}
</style>
<rect class="paper" width="100%" height="100%"/>
${[text(16, 28, title, 'title'), text(16, 48, subtitle, 'quiet'), ...parts].join('\n')}
</svg>
`
}

function text(
  x: number,
  y: number,
  content: string,
  name = '',
  anchor: 'start' | 'middle' | 'end' = 'start',
): string {
  const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  return `<text class="${name.trim()}" x="${round(x)}" y="${round(y)}"${place}>${escaped(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
