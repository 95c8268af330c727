// Writes the table of rules into the README of @tabkeeper/conformance, as the code has it:
// node --conditions=@tabkeeper/source scripts/conformance-rules.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { withTable } from '../packages/conformance/test/support/rules-table.ts'

const readme = new URL('../packages/conformance/README.md', import.meta.url)
writeFileSync(readme, withTable(readFileSync(readme, 'utf8')))
