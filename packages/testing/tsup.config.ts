import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    msw: 'src/msw/index.ts',
    playwright: 'src/playwright/index.ts',
    session: 'src/test-session/index.ts',
    simulation: 'src/simulation/index.ts',
    vitest: 'src/vitest/index.ts',
  },
  format: 'esm',
  target: 'es2023',
  dts: true,
  clean: true,
})
