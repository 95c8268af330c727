import { createHash } from 'node:crypto'
import type { DescribedOperation, OpenApi } from './openapi.ts'

const style = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
h2{margin-top:2.5rem}
details{border:1px solid #8886;border-radius:.4rem;margin:.5rem 0;padding:.5rem 1rem}
summary{cursor:pointer}
summary code{font-weight:600}
pre{overflow:auto;background:#8882;padding:.75rem;border-radius:.4rem;font-size:.85rem}
dt{font-weight:600;margin-top:.5rem}
dd{margin:0 0 0 1.5rem;white-space:pre-line}`

/** The only style that the page may have, so that it needs no `unsafe-inline`. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'`

/** Shows an OpenAPI document to people: one page, no script, nothing from elsewhere. */
export function toPage(document: OpenApi, jsonUrl: string): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags))]
  const sections = tags.map(tag => {
    const some = operations.filter(({ operation }) => operation.tags.includes(tag))
    return `<h2>${text(tag)}</h2>\n${some.map(showOperation).join('\n')}`
  })
  const { components } = document
  const schemas = Object.entries(
    components !== null && typeof components === 'object' && 'schemas' in components
      ? Object(components.schemas)
      : {},
  ).map(
    ([name, schema]) =>
      `<details id="schema-${text(name)}"><summary><code>${text(name)}</code></summary>${json(schema)}</details>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The endpoints</title>
<style>${style}</style>
<h1>The endpoints</h1>
<p>Errors are problem documents (RFC 9457); clients branch on <code>code</code>. The same for programs, as OpenAPI 3.1: <a href="${text(jsonUrl)}">openapi.json</a>.</p>
${sections.join('\n')}
<h2>Shapes</h2>
${schemas.join('\n')}
</html>
`
}

function showOperation({
  path,
  method,
  operation,
}: {
  path: string
  method: string
  operation: DescribedOperation
}): string {
  const { summary, description = '', responses, parameters, requestBody } = operation
  const answers = Object.entries(responses).map(
    ([status, answer]) => `<dt>${text(status)}</dt><dd>${inline(answer.description)}</dd>`,
  )
  return `<details>
<summary><code>${text(method.toUpperCase())} ${text(path)}</code> ${inline(summary)}</summary>
<p>${inline(description)}</p>
${requestBody ? `<h3>Body</h3>${json(requestBody)}` : ''}
<h3>Parameters</h3>${json(parameters)}
<h3>Answers</h3>
<dl>${answers.join('')}</dl>
</details>`
}

const json = (value: unknown): string => `<pre>${text(JSON.stringify(value, null, 2))}</pre>`

const text = (raw: string): string =>
  raw
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/** Text with `code` between backquotes. */
const inline = (raw: string): string => text(raw).replace(/`([^`]+)`/g, '<code>$1</code>')
