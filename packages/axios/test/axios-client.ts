import { withAutoRefresh } from '@tabkeeper/axios'
import type {
  ContractAnswer,
  ContractClient,
  ContractRequest,
  CreateContractClient,
} from '@tabkeeper/testing'
import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios'

/** The adapters that this release of axios has for Node: `fetch` came with 1.7. */
export const nodeAdapters = (['http', 'fetch'] as const).filter(name => {
  try {
    return axios.getAdapter(name)
  } catch {
    return false
  }
})

/** Not the one that axios takes by itself in Node, where there is a choice. */
export const otherAdapter = nodeAdapters.includes('fetch') ? 'fetch' : 'http'

/** axios with one of its adapters, as the contract suite speaks to it. */
export function createAxiosClients(
  defaults: AxiosRequestConfig,
  streamOf: ContractClient['streamOf'],
): CreateContractClient {
  return (session, { shouldRefresh } = {}) => {
    const instance = axios.create({ responseType: 'text', ...defaults })
    if (session) {
      const options = shouldRefresh && {
        shouldRefresh: (response: AxiosResponse) => shouldRefresh(answerOf(response)),
      }
      withAutoRefresh(instance, session, options)
    }
    return {
      async send(url, request = {}) {
        try {
          return answerOf(await instance({ url, ...configOf(request) }))
        } catch (error) {
          if (axios.isAxiosError(error) && error.response) return answerOf(error.response)
          throw error
        }
      },
      streamOf,
      isAborted: error => axios.isCancel(error) && error.code === 'ERR_CANCELED',
    }
  }
}

function configOf({ body, ...config }: ContractRequest): AxiosRequestConfig {
  return body === undefined ? config : { ...config, data: body }
}

function answerOf({ status, headers, data }: AxiosResponse): ContractAnswer {
  return { status, headers: Object.fromEntries(Object.entries(headers)), text: String(data) }
}
