import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it.each(readdirSync(new URL('guide', import.meta.url)))(
  'shows %s in docs/guides/testing.md as it runs',
  name => {
    const page = read('../../../docs/guides/testing.md')
    expect(page).toContain(`\`\`\`ts\n${read(`guide/${name}`)}\`\`\`\n`)
  },
)
