#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 22) {
  // The binding of the embedded database ends an older one without a word.
  console.error(`@tabkeeper/server needs Node 22 or later; this is Node ${process.versions.node}.`)
  process.exit(1)
}
await import('../dist/command.js')
