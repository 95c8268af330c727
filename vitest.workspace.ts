import type { TestProjectConfiguration } from 'vitest/config'

/**
 * `unit` runs beside the source and over the wire in Node (a file that needs a DOM says so in its
 * first line), `stories` drives real browsers against the real server.
 */
export default [
  {
    extends: true,
    test: {
      name: 'unit',
      environment: 'node',
      include: [
        'packages/*/{src,test}/**/*.test.{ts,tsx}',
        'examples/*/{src,test}/**/*.test.{ts,tsx}',
      ],
      exclude: ['**/*.story.test.ts', '**/node_modules/**'],
    },
  },
  {
    extends: true,
    test: {
      name: 'stories',
      environment: 'node',
      include: ['packages/*/test/**/*.story.test.ts', 'examples/test/**/*.story.test.ts'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      fileParallelism: false,
      // After the unit tests: what a browser does together with the server wants the cores for itself.
      sequence: { groupOrder: 1 },
    },
  },
] satisfies TestProjectConfiguration[]
