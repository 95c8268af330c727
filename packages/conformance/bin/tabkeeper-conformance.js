#!/usr/bin/env node
if (Number(process.versions.node.split('.')[0]) < 22) {
  // An older one lacks what this is written in, and says so in other words.
  console.error(
    `@tabkeeper/conformance needs Node 22 or later; this is Node ${process.versions.node}.`,
  )
  process.exit(1)
}
await import('../dist/command.js')
