import { levels, levelTitles, rules } from '../../src/index.ts'

/** The rules as the README shows them. */
export function rulesTable(): string {
  return levels
    .map(level => {
      const rows = rules
        .filter(rule => rule.level === level)
        .map(({ id, title, why, source, transports, story }) => {
          const notes = [transports && `only ${transports.join(' and ')}`, story && 'with `--slow`']
          const note = notes.filter(Boolean).join(', ')
          return `| \`${id}\` | ${title}${note && ` (${note})`}. ${why} | ${source} |`
        })
      const name = levelTitles[level]
      return [
        `**It ${name}** (\`${level}\`)`,
        '',
        '| rule | what, and why | source |',
        '|---|---|---|',
        ...rows,
      ].join('\n')
    })
    .join('\n\n')
}

const section = /(<!-- rules -->\n)([\s\S]*?)(\n<!-- \/rules -->)/

export const tableIn = (readme: string): string | undefined => section.exec(readme)?.[2]

export const withTable = (readme: string): string =>
  readme.replace(section, (_, begin, _old, end) => `${begin}${rulesTable()}${end}`)
