import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', http: 'src/http/index.ts', world: 'src/world.ts' },
  format: 'esm',
  target: 'es2023',
  dts: true,
  clean: true,
})
