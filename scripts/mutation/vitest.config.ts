import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(`../../packages/${path}`, import.meta.url))

/**
 * The tests that stand beside the inner rooms of core, and no others: quick enough to be run for every
 * mutant, and what they do not notice by themselves is not held where it is made. Every package is
 * taken by its source in this very tree, because the tree is a mutated copy and a link in node_modules
 * would lead out of it.
 */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@tabkeeper\/core\/(http|world)$/, replacement: source('core/src/$1') },
      {
        find: /^@tabkeeper\/(core|fetch|axios|server|testing)$/,
        replacement: source('$1/src/index.ts'),
      },
    ],
    conditions: ['@tabkeeper/source', 'module', 'browser', 'development|production'],
  },
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['packages/core/src/{machine,tokens,runtime}/**/*.test.ts'],
  },
})
