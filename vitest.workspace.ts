import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestProjectConfiguration } from 'vitest/config'

/** Releases of axios that are supported, besides the newest: all tests of its adapter run with each (H08). */
const axiosReleases = new URL('scripts/axios-releases/', import.meta.url)
const { devDependencies } = JSON.parse(
  readFileSync(new URL('package.json', axiosReleases), 'utf8'),
) as { devDependencies: Record<string, string> }

const withOtherAxios = Object.keys(devDependencies).map(
  (name): TestProjectConfiguration => ({
    extends: true,
    resolve: {
      alias: [
        {
          find: /^axios$/,
          replacement: fileURLToPath(new URL(`node_modules/${name}`, axiosReleases)),
        },
      ],
    },
    test: {
      name,
      environment: 'node',
      include: ['packages/axios/{src,test}/**/*.test.ts'],
      exclude: ['**/*.story.test.ts', '**/node_modules/**'],
    },
  }),
)

/** React 18 and what goes with it: all tests of its binding run with it too. */
const react18 = fileURLToPath(new URL('scripts/react-18/node_modules/', import.meta.url))
const withReact18: TestProjectConfiguration = {
  extends: true,
  resolve: {
    alias: [
      {
        find: /^(react|react-dom|react-router|@testing-library\/react|@tanstack\/react-query)(\/.*)?$/,
        replacement: `${react18}$1$2`,
      },
    ],
  },
  test: {
    name: 'react-18',
    environment: 'node',
    env: { REACT: '18' },
    include: ['packages/react/{src,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/*.story.test.ts', '**/node_modules/**'],
  },
}

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
        'bench/src/**/*.test.ts',
      ],
      exclude: ['**/*.story.test.ts', '**/node_modules/**'],
      maxWorkers: 2, // vitest would leave one core of two to itself
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
      // Stories wait more than they work: two at a time. After the unit tests, which want all cores.
      maxWorkers: 2,
      sequence: { groupOrder: 1 },
    },
  },
  ...withOtherAxios,
  withReact18,
] satisfies TestProjectConfiguration[]
