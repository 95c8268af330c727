import { defineConfig } from 'tsup'

/** One file for each of the source, so that bundlers leave out those that nobody imports. */
const leaveModulesAlone = {
  name: 'leave-modules-alone',
  setup(build: { onResolve: OnResolve }) {
    build.onResolve({ filter: /^\.{1,2}\// }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
    )
  },
}

type OnResolve = (
  options: { filter: RegExp },
  resolve: (args: { path: string; kind: string }) => { path: string; external: true } | undefined,
) => void

export default defineConfig({
  entry: ['src/**/*.ts', '!src/**/*.test.ts'],
  esbuildPlugins: [leaveModulesAlone],
  format: 'esm',
  target: 'es2022',
  dts: {
    // Session is Disposable; not every app's `lib` has the symbol, and not every one skips declarations.
    banner: '/// <reference lib="esnext.disposable" />',
    entry: {
      index: 'src/index.ts',
      'bindings/index': 'src/bindings/index.ts',
      'http/index': 'src/http/index.ts',
      world: 'src/world.ts',
    },
  },
  clean: true,
})
