// Builds what has changed since the last start, then opens the bar in this process.
import './build-demo.mjs'

await import('../examples/bar-api/src/main.ts')
