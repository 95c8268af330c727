import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', browser: 'src/browser/index.ts' },
  format: 'esm',
  target: 'es2023',
  dts: true,
  clean: true,
})
