import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it.each(['follow-events', 'follow-socket', 'upload'])(
  'shows %s in docs/long-lived-connections.md as it is tested',
  name => {
    const page = read('../../../docs/long-lived-connections.md')
    expect(page).toContain(`\`\`\`ts\n${read(`patterns/${name}.ts`)}\`\`\`\n`)
  },
)
