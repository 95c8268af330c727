import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.ts'

const domEnvironment = fileURLToPath(
  new URL('packages/testing/src/dom-environment.ts', import.meta.url),
)

export default defineConfig({
  resolve: {
    conditions: ['@tabkeeper/source', 'module', 'browser', 'development|production'],
    // Where vitest looks for `@vitest-environment dom`.
    alias: [{ find: /^vitest-environment-dom$/, replacement: domEnvironment }],
  },
  ssr: {
    resolve: { conditions: ['@tabkeeper/source', 'node', 'module', 'development|production'] },
  },
  // A test that hangs is ended by this. None may fail because the machine is busy.
  test: { projects, testTimeout: 30_000, hookTimeout: 30_000 },
})
