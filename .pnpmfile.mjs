/**
 * Takes `@tabkeeper/source` out of `exports` when a package is packed. It leads to the TypeScript source,
 * which is how this workspace checks and tests without building, and which no tarball contains. An entry
 * that leads nowhere else is this workspace's own.
 */
export const hooks = {
  beforePacking(manifest) {
    for (const [path, entry] of Object.entries(manifest.exports ?? {})) {
      delete entry['@tabkeeper/source']
      if (Object.keys(entry).length === 0) delete manifest.exports[path]
    }
    return manifest
  },
}
