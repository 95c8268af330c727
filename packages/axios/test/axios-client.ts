import { Readable } from 'node:stream'
import { withAutoRefresh } from '@tabkeeper/axios'
import type { ContractAnswer, ContractRequest, CreateContractClient } from '@tabkeeper/testing'
import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios'

/** axios with one of its adapters, as the contract suite speaks to it. */
export function createAxiosClients(defaults: AxiosRequestConfig): CreateContractClient {
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
      streamOf: bytes => Readable.from([bytes]),
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
