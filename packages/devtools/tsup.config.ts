import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', explain: 'src/explain/index.ts' },
  format: 'esm',
  target: 'es2022',
  // What only an open panel needs comes when it is opened.
  splitting: true,
  dts: true,
  clean: true,
})
