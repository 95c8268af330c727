import * as core from '@tabkeeper/core'
import { withAutoRefresh } from '@tabkeeper/fetch'

/** What a page of the stories has as `tabkeeper`: the front doors of the packages. */
export const tabkeeper = { ...core, withAutoRefresh }

Object.assign(globalThis, { tabkeeper })
