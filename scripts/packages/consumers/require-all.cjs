// Requires the second list of entries, as import-all.mjs imports them, and tells which names they export.
const [, entries] = process.argv.slice(2).map(list => list.split(','))
const exported = {}
for (const entry of entries) exported[entry] = Object.keys(require(entry)).sort()
process.stdout.write(`${JSON.stringify({ exported, traces: [] })}\n`)
