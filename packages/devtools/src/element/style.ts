/** Made by script, which a strict Content-Security-Policy allows: there is no style in any markup. */
export function createStyle(): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(CSS)
  return sheet
}

const CSS = `
:host {
  all: initial;
  color-scheme: light dark;
  --ground: light-dark(#f7f6f2, #16181c);
  --sheet: light-dark(#fff, #1f2228);
  --ink: light-dark(#1d2126, #e9e7e1);
  --quiet: light-dark(#5a6068, #a7adb6);
  --rule: light-dark(#d8d5cc, #383d46);
  --good: light-dark(#1d6b45, #6fcf9a);
  --other: light-dark(#1f5a94, #82b8ee);
  --slow: light-dark(#8a5a00, #e6b450);
  --bad: light-dark(#a8281c, #ff9486);
  font: 13px/1.45 ui-sans-serif, system-ui, sans-serif;
  font-variant-numeric: tabular-nums;
  color: var(--ink);
}
:host(:not([inline])) {
  position: fixed;
  inset: auto 0 0;
  z-index: 2147483000;
  pointer-events: none;
}
:host([inline]) { display: block }
:host([hidden]) { display: none }
* { box-sizing: border-box; margin: 0 }
.toggle, .panel { pointer-events: auto }
:host([inline]) :is(.toggle, .close), .toggle[hidden] { display: none }
h2 { font-size: 12px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; color: var(--quiet) }
.app { font-size: 15px; letter-spacing: 0; text-transform: none; color: var(--ink) }
button {
  font: inherit;
  color: inherit;
  min-block-size: 28px;
  padding: 3px 10px;
  border: 1px solid var(--rule);
  border-radius: 5px;
  background: var(--sheet);
  cursor: pointer;
}
button:hover { border-color: var(--ink) }
button[aria-pressed=true] { background: var(--ink); border-color: var(--ink); color: var(--sheet) }
:focus-visible { outline: 2px solid var(--other); outline-offset: 2px }
.toggle {
  display: flex;
  gap: 8px;
  align-items: center;
  margin: 0 12px 12px auto;
  padding: 5px 12px;
  border-radius: 99px;
  box-shadow: 0 2px 10px #0004;
}
.dots { display: flex; gap: 4px }
.dot { inline-size: 9px; block-size: 9px; border: 2px solid var(--quiet); border-radius: 50% }
.dot[data-is=idle] { background: var(--good); border-color: var(--good) }
.dot[data-is=pending] { background: var(--other); border-color: var(--other) }
.dot[data-is=backing-off] { background: var(--slow); border-color: var(--slow) }
.panel {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 12px 18px;
  align-items: start;
  max-block-size: min(70vh, 620px);
  overflow: auto;
  padding: 12px 16px 16px;
  background: var(--ground);
  border-block-start: 1px solid var(--rule);
  box-shadow: 0 -6px 24px #0003;
}
:host([inline]) .panel { max-block-size: none; border: 1px solid var(--rule); border-radius: 8px; box-shadow: none }
.panel[hidden] { display: none }
.row { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; justify-content: space-between }
.buttons { display: flex; flex-wrap: wrap; gap: 6px }
.cards { display: grid; gap: 10px }
.card { display: grid; gap: 8px; align-content: start; padding: 12px; background: var(--sheet); border: 1px solid var(--rule); border-radius: 8px }
.status { color: var(--quiet) }
.status::before { content: '○ ' }
.status[data-is=idle] { color: var(--good) }
.status[data-is=idle]::before { content: '● ' }
.status[data-is=pending] { color: var(--other) }
.status[data-is=pending]::before { content: '◐ ' }
.status[data-is=backing-off] { color: var(--slow) }
.status[data-is=backing-off]::before { content: '◔ ' }
.meter { block-size: 8px; overflow: hidden; background: var(--rule); border-radius: 4px }
.life { block-size: 100%; background: var(--good); transform-origin: left; transition: transform 1s linear }
.low .life { background: var(--slow) }
.left, .told, .hint { color: var(--quiet) }
dl { display: grid; gap: 2px }
dl div { display: grid; grid-template-columns: 64px 1fr; gap: 8px }
dt { color: var(--quiet) }
dd { overflow-wrap: anywhere }
.stage { margin-block-start: 6px; overflow: hidden; background: var(--sheet); border: 1px solid var(--rule); border-radius: 8px; touch-action: pan-y; user-select: none }
.stage svg { display: block }
.told { min-block-size: 1.45em; padding-block-start: 6px }
text { fill: var(--quiet); font-size: 11px }
.lane { fill: var(--ink) }
.tick, .rail { stroke: var(--rule) }
.mark { fill: var(--quiet); stroke: var(--quiet); stroke-width: 1.5; cursor: pointer }
.granted, .signed-in { fill: var(--good); stroke: var(--good) }
.adopted { fill: var(--sheet); stroke: var(--other); stroke-width: 2 }
.pending { fill: var(--other); stroke: var(--other); fill-opacity: .35 }
.unreachable { fill: var(--slow); stroke: var(--slow); fill-opacity: .25; stroke-dasharray: 3 2 }
.denied, .signed-out { fill: var(--bad); stroke: var(--bad) }
.replaced, .refused, .warned { fill: var(--slow); stroke: var(--slow) }
.abandoned { fill: none; stroke-dasharray: 3 2 }
.wait { fill: var(--other); stroke: none }
.page { fill-opacity: .2; stroke-opacity: .6 }
.fault { fill: var(--ink); stroke: none }
.selected { stroke: var(--ink); stroke-width: 3; fill-opacity: 1 }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 6px 0 0; list-style: none; color: var(--quiet) }
.legend li { display: flex; gap: 5px; align-items: center }
.story { display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px }
section > h2 { padding-block-end: 6px }
.hint:empty { block-size: 0; margin-block-start: -12px }
@media (min-width: 860px) {
  .panel { grid-template-columns: 340px minmax(0, 1fr) }
  .panel > .row, .panel > .hint { grid-column: 1 / -1 }
}
.findings { display: grid; gap: 6px; padding-inline-start: 20px }
.findings time { color: var(--quiet) }
summary { cursor: pointer; color: var(--quiet) }
.all { max-block-size: 220px; overflow: auto; padding-inline-start: 0; list-style: none }
@media (prefers-reduced-motion: reduce) { .life { transition: none } }
@media (forced-colors: active) { button[aria-pressed=true] { forced-color-adjust: none; background: Highlight; color: HighlightText } .life { background: CanvasText } .mark { stroke: CanvasText } }
`
