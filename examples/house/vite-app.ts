import { defaultClientConditions, type Plugin, type PluginOption, type UserConfig } from 'vite'

/**
 * Returns the Vite settings of one of the bar's apps: served under its own path, compiled from the
 * packages' sources, with nothing inlined, so that the strictest content security policy fits.
 */
export function barApp(base: `/${string}`, plugins: PluginOption[] = []): UserConfig {
  return {
    base,
    plugins: [fontFirst(base), ...plugins],
    resolve: { conditions: ['@tabkeeper/source', ...defaultClientConditions] },
    build: { assetsInlineLimit: 0 },
    server: { proxy: { '/api': 'http://localhost:3000' } },
  }
}

/** Asks for the letters together with the styles that use them, so that they are there at the first paint. */
function fontFirst(base: string): Plugin {
  return {
    name: 'font-first',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.keys(bundle)
          .filter(file => file.endsWith('.woff2'))
          .map(file => ({
            tag: 'link',
            attrs: {
              rel: 'preload',
              as: 'font',
              type: 'font/woff2',
              crossorigin: '',
              href: base + file,
            },
            injectTo: 'head-prepend' as const,
          })),
    },
  }
}
