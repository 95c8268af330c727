import { type AutoRefreshInit, withAutoRefresh } from '@tabkeeper/fetch'
import type { ContractAnswer, ContractRequest, CreateContractClient } from '@tabkeeper/testing'

/** fetch, as the contract suite speaks to it. */
export const createFetchClient: CreateContractClient = (session, { shouldRefresh } = {}) => {
  const options = shouldRefresh && {
    shouldRefresh: async (response: Response) => shouldRefresh(await answerOf(response)),
  }
  const call = session ? withAutoRefresh(fetch, session, options) : fetch

  return {
    send: async (url, request = {}) => answerOf(await call(url, initOf(request))),
    streamOf: bytes => new Response(bytes.slice()).body,
    isAborted: (error, reason) => error === reason,
  }
}

function initOf({ body, ...init }: ContractRequest): AutoRefreshInit {
  // The suite hands out what `streamOf` made, or what every host takes as a body.
  return body === undefined ? init : { ...init, body: body as BodyInit, ...{ duplex: 'half' } }
}

async function answerOf(response: Response): Promise<ContractAnswer> {
  const { status, headers } = response
  return { status, headers: Object.fromEntries(headers), text: await response.text() }
}
