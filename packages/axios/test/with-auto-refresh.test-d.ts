import { withAutoRefresh, withoutAutoRefresh } from '@tabkeeper/axios'
import type { Session } from '@tabkeeper/core'
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosStatic } from 'axios'
import { expectTypeOf } from 'vitest'

declare const session: Session<{ name: string }>
declare const instance: AxiosInstance

expectTypeOf(withAutoRefresh(instance, session)).toEqualTypeOf<AxiosInstance>()
expectTypeOf(withAutoRefresh(axios, session)).toEqualTypeOf<AxiosStatic>()
expectTypeOf(withoutAutoRefresh(instance)).toEqualTypeOf<void>()

withAutoRefresh(instance, session, { shouldRefresh: ({ status }) => status === 419 })
withAutoRefresh(instance, session, { shouldRefresh: async ({ data }) => data.includes('expired') })

instance.get('/menu', { session: false })
instance.post('/orders', {}, { session: false })
instance.request({ url: '/menu', session: false })
axios.create({ session: false })
expectTypeOf<AxiosRequestConfig>().toHaveProperty('session').toEqualTypeOf<false | undefined>()

// @ts-expect-error a session cannot be switched on where there is none
instance.get('/menu', { session: true })
// @ts-expect-error not an instance
withAutoRefresh({}, session)
// @ts-expect-error no session
withAutoRefresh(instance)
// @ts-expect-error a verdict is needed
withAutoRefresh(instance, session, { shouldRefresh: () => 'yes' })
