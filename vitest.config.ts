import { defineConfig } from 'vitest/config'
import projects from './vitest.workspace.ts'

export default defineConfig({
  resolve: { conditions: ['@tabkeeper/source', 'module', 'browser', 'development|production'] },
  ssr: {
    resolve: { conditions: ['@tabkeeper/source', 'node', 'module', 'development|production'] },
  },
  test: { projects },
})
