/** A chart is drawn in the colours of the page that shows it: light or dark, as the reader has it. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .quiet { fill: #57606a; font-size: 12px }
  .figure { font-variant-numeric: tabular-nums }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .goal { stroke: #57606a; stroke-dasharray: 4 3 }
  .peer { fill: #8c959f } .peer-line { stroke: #8c959f; fill: none; stroke-width: 1.5 }
  .ours { fill: #1a7f37 } .ours-line { stroke: #1a7f37; fill: none; stroke-width: 3 }
  .strong { font-weight: 600 }
  .paper { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }
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

const LABELS = 230
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

const PLOT = { left: 60, right: 220, top: 76, height: 330 }

/** Draws lines over two logarithmic scales, each named at its right end. */
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
  const sorted = [...lines].sort((a, b) => last(b) - last(a))
  const labels = spread(
    sorted.map(line => y(last(line))),
    17,
  )
  const drawn = sorted.map(({ label, isOurs, points }, i) => [
    `<polyline class="${isOurs ? 'ours-line' : 'peer-line'}" points="${points.map(point => `${x(point.x)},${y(point.y)}`).join(' ')}"/>`,
    text(right + 10, (labels[i] ?? 0) + 4, label, isOurs ? 'strong' : ''),
  ])
  const compared = [
    `<line class="goal" x1="${PLOT.left}" x2="${right}" y1="${y(goal.value)}" y2="${y(goal.value)}"/>`,
    text(PLOT.left + 6, y(goal.value) - 5, goal.label, 'quiet'),
  ]
  const bottom = PLOT.top + PLOT.height
  return frame(title, subtitle, bottom + 52, [
    ...grid,
    ...compared,
    ...drawn.flat(),
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

/** Moves heights that grow apart until none is closer than `gap` to the one before it. */
export function spread(heights: readonly number[], gap: number): readonly number[] {
  const placed: number[] = []
  for (const height of heights) placed.push(Math.max(height, (placed.at(-1) ?? -Infinity) + gap))
  return placed
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
