import { createHash } from 'node:crypto'
import type { DescribedOperation, Json, OpenApi } from './openapi.ts'

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
      // The id inside, so that a link to it opens it.
      `<details><summary><code>${text(name)}</code></summary><div id="schema-${text(name)}">${json(schema)}</div></details>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tabkeeper: the endpoints</title>
<style>${style}</style>
<h1>Tabkeeper: the endpoints</h1>
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
  const { summary, description = '', security, responses, parameters, requestBody } = operation
  const needs = security.flatMap(Object.keys).map(scheme => credentials[scheme] ?? scheme)
  const given = parameters.map(({ name, in: place, description = '', schema }) => {
    const limits = Object.entries(schema).map(([word, value]) => `${word} \`${value}\``)
    return `<dt><code>${text(name)}</code> in the ${text(place)}</dt><dd>${inline([limits.join(', '), description].filter(Boolean).join('. '))}</dd>`
  })
  const answers = Object.entries(responses).map(([status, { description, content }]) => {
    const schema = content?.['application/json']?.schema
    return `<dt>${text(status)}</dt><dd>${inline(description)}${schema ? shape(schema) : ''}</dd>`
  })
  return `<details>
<summary><code>${text(method.toUpperCase())} ${text(path)}</code> ${inline(summary)}</summary>
<p>${inline(description)}</p>
${needs.length > 0 ? `<p>Needs ${needs.join(' or ')}.</p>` : ''}
${requestBody ? `<h3>Body</h3>${json(requestBody.content['application/json'].schema)}` : ''}
<h3>Parameters</h3>
<dl>${given.join('')}</dl>
<h3>Answers</h3>
<dl>${answers.join('')}</dl>
</details>`
}

const credentials: Readonly<Record<string, string>> = {
  accessToken: 'an access token',
  cookie: 'a cookie',
  adminToken: 'an admin token',
}

/** A schema that has a name, or one of several, is named; another is shown. */
function shape(schema: Json): string {
  const several = Array.isArray(schema.anyOf) ? schema.anyOf : [schema]
  const names = several.map(({ $ref }) => /\w+$/.exec($ref ?? '')?.[0])
  if (names.includes(undefined)) return json(schema)
  return ` ${names.map(name => `<a href="#schema-${name}"><code>${name}</code></a>`).join(' or ')}`
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
