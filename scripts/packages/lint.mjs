// What publint and "are the types wrong?" say of every entry of every tarball: nothing.
import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { conclude, published } from './packages.mjs'

const problems = []
for (const { name, manifest, entries, tarball } of published) {
  const data = new Uint8Array(readFileSync(tarball))

  const lint = await publint({ pack: { tarball: data.buffer }, strict: true })
  for (const message of lint.messages)
    problems.push(`${name}: publint: ${formatMessage(message, lint.pkg) ?? message.code}`)

  const analysis = await checkPackage(createPackageFromTarballData(data))
  if (analysis.types === false) problems.push(`${name}: no types were found`)
  else {
    for (const problem of analysis.problems.filter(isOurs))
      problems.push(`${name}: types: ${JSON.stringify(problem)}`)
    const seen = Object.keys(analysis.entrypoints).map(path => name + path.slice(1))
    for (const entry of entries.filter(entry => !seen.includes(entry)))
      problems.push(`${entry}: the types were not looked at`)
  }
  if (manifest.main || manifest.module || manifest.types)
    problems.push(`${name}: "exports" says it all; main, module and types are left out`)
}
conclude(problems, `publint and attw find nothing in ${published.length} packages.`)

/**
 * CommonJS gets these modules by `require`, as Node does since 22.12. The old resolution that knows no
 * `exports` finds no subpaths; no Node that we support uses it.
 */
function isOurs({ kind, resolutionKind }) {
  return kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10'
}
