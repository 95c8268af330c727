import { createSession } from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'
import { defineDevtools, devtools } from '../src/index.ts'

/** What the pages of the stories have. */
export const tools = { createSession, defineDevtools, devtools, withAutoRefresh }

Object.assign(globalThis, { tools })
