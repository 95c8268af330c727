import { withAutoRefresh } from '@tabkeeper/axios'
import axios from 'axios'

/** What the page of the axios stories has beside `tabkeeper`. */
export const axiosKit = { axios, withAutoRefresh }

Object.assign(globalThis, { axiosKit })
