import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', command: 'src/command/main.ts' },
  format: 'esm',
  target: 'es2023',
  dts: { entry: { index: 'src/index.ts' } },
  clean: true,
})
