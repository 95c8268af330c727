// A page that uses every client package by its names; prints what it has when it runs.
import { withAutoRefresh as withAxios } from '@tabkeeper/axios'
import { createSession, isSessionError } from '@tabkeeper/core'
import { devtools } from '@tabkeeper/devtools'
import { explain } from '@tabkeeper/devtools/explain'
import { withAutoRefresh as withFetch } from '@tabkeeper/fetch'
import { useSession as useInReact } from '@tabkeeper/react'
import { useSession as useInVue } from '@tabkeeper/vue'
import axios from 'axios'

const session = createSession({ app: 'admin', authUrl: 'https://bar.test/auth' })
const instance = axios.create()
const seen = {
  axios: withAxios(instance, session) === instance,
  devtools: typeof devtools === 'function' && typeof explain === 'function',
  error: isSessionError(new Error('another')) === false,
  fetch: typeof withFetch(fetch, session) === 'function',
  react: typeof useInReact === 'function',
  session: session.app === 'admin',
  vue: typeof useInVue === 'function',
}
console.log(JSON.stringify(seen))
