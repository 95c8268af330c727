/** Release notes are the sentences of the changesets, and nothing else. */
export default {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`,
  getDependencyReleaseLine: async (_, updated) =>
    updated.length === 0
      ? ''
      : `- Changed: needs ${updated.map(({ name, newVersion }) => `${name} ${newVersion}`).join(', ')}`,
}
