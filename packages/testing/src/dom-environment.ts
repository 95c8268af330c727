import { builtinEnvironments, type Environment } from 'vitest/runtime'

/**
 * jsdom for tests that have the real server in their process: packages are found as Node finds them, not
 * as a bundler for browsers does.
 */
const domEnvironment: Environment = {
  ...builtinEnvironments.jsdom,
  name: 'dom',
  viteEnvironment: 'ssr',
}

export default domEnvironment
