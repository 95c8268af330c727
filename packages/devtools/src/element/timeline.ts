import { counted } from '../explain/words.ts'
import { button, html, say, svg } from './dom.ts'
import type { Lane, Mark } from './marks.ts'
import {
  fitting,
  MINUTE,
  panned,
  showing,
  ticksIn,
  type View,
  type Window,
  windowOf,
  zoomed,
} from './view.ts'

const HEAD = 18
const ROW = 46

export interface Timeline {
  readonly element: HTMLElement
  show(picture: Picture): void
}

export interface Picture {
  readonly lanes: readonly Lane[]
  readonly marks: readonly Mark[]
  readonly now: number
  nameOf(lane: Lane): string
}

/** The timeline: drawn for those who see it, told mark by mark to those who walk through it with the keys. */
export function createTimeline(): Timeline {
  let view: View = MINUTE
  let selected: string | null = null
  let picture: Picture = { lanes: [], marks: [], now: 0, nameOf: () => '' }

  const drawing = svg('svg', { 'aria-hidden': 'true', width: '100%' })
  const told = html('p', { class: 'told', 'aria-live': 'polite' })
  const stage = html(
    'div',
    {
      class: 'stage',
      tabindex: '0',
      role: 'application',
      'aria-roledescription': 'timeline',
      'aria-label':
        'Timeline. Left and right go from event to event, up and down zoom, Home and End go to the first and last event.',
    },
    drawing,
  )
  const change = (next: View) => {
    view = next
    draw()
  }
  const element = html(
    'section',
    { 'aria-labelledby': 'timeline' },
    html(
      'div',
      { class: 'row' },
      html('h2', { id: 'timeline' }, 'Timeline'),
      html(
        'div',
        { class: 'buttons' },
        button('−', () => change(zoomed(view, 2, middle(), picture.now)), {
          'aria-label': 'Zoom out',
        }),
        button('+', () => change(zoomed(view, 0.5, middle(), picture.now)), {
          'aria-label': 'Zoom in',
        }),
        button('All', () => change(fitting(picture.marks[0]?.from ?? picture.now, picture.now)), {
          'aria-label': 'Show all events',
        }),
        button('Now', () => change({ ...view, end: null }), {
          'aria-label': 'Follow what happens now',
        }),
      ),
    ),
    stage,
    told,
    legend(),
  )

  function middle(): number | null {
    const mark = picture.marks.find(({ id }) => id === selected)
    return mark === undefined ? null : (mark.from + mark.to) / 2
  }

  function select(mark: Mark | undefined): void {
    if (mark === undefined) return
    selected = mark.id
    change(showing(view, mark, picture.now))
  }

  function step(by: 1 | -1): void {
    const index = picture.marks.findIndex(({ id }) => id === selected)
    if (index === -1) select(picture.marks.at(-1))
    else select(picture.marks[index + by])
  }

  stage.addEventListener('keydown', event => {
    const { marks, now } = picture
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: () => step(1),
      ArrowLeft: () => step(-1),
      ArrowUp: () => change(zoomed(view, 0.5, middle(), now)),
      ArrowDown: () => change(zoomed(view, 2, middle(), now)),
      '+': () => change(zoomed(view, 0.5, middle(), now)),
      '-': () => change(zoomed(view, 2, middle(), now)),
      Home: () => select(marks[0]),
      End: () => select(marks.at(-1)),
    }
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  })
  stage.addEventListener(
    'wheel',
    event => {
      if (!event.ctrlKey && !event.shiftKey) return
      event.preventDefault()
      const { from, to } = windowOf(view, picture.now)
      const { left, width } = stage.getBoundingClientRect()
      const at = from + ((event.clientX - left) / width) * (to - from)
      const by = event.deltaY || event.deltaX
      if (event.ctrlKey) change(zoomed(view, by > 0 ? 1.25 : 0.8, at, picture.now))
      else change(panned(view, (by / width) * view.span, picture.now))
    },
    { passive: false },
  )
  let dragged: number | null = null
  stage.addEventListener('pointerdown', event => {
    const id =
      event.target instanceof Element
        ? event.target.closest('[data-mark]')?.getAttribute('data-mark')
        : null
    if (id) select(picture.marks.find(mark => mark.id === id))
    else dragged = event.clientX
  })
  stage.addEventListener('pointermove', ({ clientX, buttons }) => {
    if (dragged === null || buttons === 0) return
    const by = ((dragged - clientX) / stage.clientWidth) * view.span
    dragged = clientX
    change(panned(view, by, picture.now))
  })
  stage.addEventListener('pointerup', () => {
    dragged = null
  })

  function draw(): void {
    const { lanes, marks, now } = picture
    const seen = windowOf(view, now)
    const height = HEAD + lanes.length * ROW
    drawing.setAttribute('height', String(height))
    drawing.replaceChildren(
      ...axis(seen, height),
      ...lanes.flatMap((lane, row) => drawLane(lane, row, seen)),
    )
    const mark = marks.find(({ id }) => id === selected)
    say(told, mark === undefined ? hint(marks.length) : inWords(mark))
  }

  function hint(count: number): string {
    return count === 0
      ? 'Nothing has happened yet.'
      : `${counted(count, 'event')}. Choose one with the pointer or the arrow keys.`
  }

  function inWords(mark: Mark): string {
    const lane = picture.lanes.find(lane => isIn(mark, lane))
    return `${clockTime(mark.from, true)} ${lane ? picture.nameOf(lane) : ''}: ${mark.text}.`
  }

  function drawLane(lane: Lane, row: number, seen: Window): SVGElement[] {
    const top = HEAD + row * ROW
    const visible = picture.marks.filter(
      mark => isIn(mark, lane) && mark.to >= seen.from && mark.from <= seen.to,
    )
    return [
      svg('line', { class: 'rail', x1: '0', x2: '100%', y1: `${top + 28}`, y2: `${top + 28}` }),
      ...visible.map(mark => drawMark(mark, top, seen, mark.id === selected)),
      svg('text', { class: 'lane', x: '4', y: `${top + 12}` }, picture.nameOf(lane)),
    ]
  }

  return {
    element,
    show(next) {
      picture = next
      draw()
    },
  }
}

/** What happened to the whole tab is shown with each of its apps. */
function isIn(mark: Mark, { tab, app }: Lane): boolean {
  return mark.tab === tab && (mark.app === null || mark.app === app)
}

function drawMark(mark: Mark, top: number, { from, to }: Window, isSelected: boolean): SVGElement {
  const share = (at: number) => Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100))
  const x = share(mark.from)
  const is = { class: `mark ${mark.kind}${isSelected ? ' selected' : ''}`, 'data-mark': mark.id }
  const title = svg('title', {}, mark.text)
  if (mark.to > mark.from || BARS.has(mark.kind)) {
    const [y, height] = PLACES[mark.kind] ?? [20, 16]
    // Without a width nothing would be drawn.
    const width = mark.to > mark.from ? `${share(mark.to) - x}%` : '3'
    return svg(
      'g',
      is,
      title,
      svg('rect', { x: `${x}%`, y: `${top + y}`, width, height: `${height}`, rx: '2' }),
    )
  }
  // A picture in the picture: its place is a share of the width, its shape is not.
  return svg(
    'svg',
    { x: `${x}%`, y: `${top + (mark.kind === 'fault' ? 10 : 28)}`, overflow: 'visible' },
    svg('g', is, title, svg('path', { d: SHAPES[mark.kind] ?? SHAPES.page ?? '' })),
  )
}

const BARS: ReadonlySet<Mark['kind']> = new Set([
  'granted',
  'adopted',
  'denied',
  'unreachable',
  'abandoned',
  'pending',
])

const PLACES: Partial<Record<Mark['kind'], readonly [y: number, height: number]>> = {
  wait: [38, 5],
  page: [18, 20],
}

/** Told apart by their form, not by their colour alone. */
const SHAPES: Partial<Record<Mark['kind'], string>> = {
  'signed-in': 'M-5 6V-6L6 0Z',
  'signed-out': 'M-5-5H5V5H-5Z',
  replaced: 'M0-7L7 0L0 7L-7 0Z',
  refused: 'M-6-4L-4-6L0-2L4-6L6-4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z',
  warned: 'M0-7L7 6H-7Z',
  fault: 'M1-8L-5 1H-1L-2 8L5-2H1Z',
  page: 'M-2-7H2V7H-2Z',
}

function axis(seen: Window, height: number): SVGElement[] {
  return ticksIn(seen).flatMap(at => {
    const share = (at - seen.from) / (seen.to - seen.from)
    // A time that is cut off says nothing.
    if (share < 0.07 || share > 0.93) return []
    const x = `${share * 100}%`
    return [
      svg('line', { class: 'tick', x1: x, x2: x, y1: `${HEAD - 4}`, y2: `${height}` }),
      svg(
        'text',
        { class: 'time', x, y: '10', 'text-anchor': 'middle' },
        clockTime(at, seen.to - seen.from < 6_000),
      ),
    ]
  })
}

/** The time of day, to the second or, if it is to be fine, to the millisecond. */
export function clockTime(at: number, isFine = false): string {
  const date = new Date(at)
  const two = (part: number) => String(part).padStart(2, '0')
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return isFine ? `${time}.${String(Math.floor(date.getMilliseconds())).padStart(3, '0')}` : time
}

const LEGEND: readonly (readonly [Mark['kind'], string])[] = [
  ['granted', 'refreshed'],
  ['adopted', 'another tab’s token'],
  ['unreachable', 'no verdict'],
  ['denied', 'denied'],
  ['wait', 'requests waited'],
  ['refused', '401'],
  ['signed-in', 'signed in'],
  ['signed-out', 'signed out'],
  ['replaced', 'other session'],
  ['warned', 'warning'],
  ['page', 'page'],
  ['fault', 'devtools'],
]

function legend(): HTMLElement {
  const entries = LEGEND.map(([kind, text]) => {
    const picture = svg('svg', { width: '18', height: '16', 'aria-hidden': 'true' })
    const mark = { id: '', tab: '', app: null, kind, text, from: 0, to: kind === 'wait' ? 1 : 0 }
    const drawn = drawMark(
      mark,
      kind === 'wait' ? -32 : kind === 'fault' ? -2 : -20,
      { from: -0.25, to: 1.25 },
      false,
    )
    if (!BARS.has(kind) && kind !== 'wait') drawn.setAttribute('x', '9')
    else drawn.querySelector('rect')?.setAttribute('width', '14')
    picture.append(drawn)
    return html('li', {}, picture, text)
  })
  return html('ul', { class: 'legend', 'aria-label': 'Legend' }, ...entries)
}
