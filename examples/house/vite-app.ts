import { defaultClientConditions, type PluginOption, type UserConfig } from 'vite'

/**
 * Returns the Vite settings of one of the bar's apps: served under its own path, compiled from the
 * packages' sources, with nothing inlined, so that the strictest content security policy fits.
 */
export function barApp(base: `/${string}/`, plugins: PluginOption[] = []): UserConfig {
  return {
    base,
    plugins,
    resolve: { conditions: ['@tabkeeper/source', ...defaultClientConditions] },
    build: { assetsInlineLimit: 0 },
    server: { proxy: { '/api': 'http://localhost:3000' } },
  }
}
