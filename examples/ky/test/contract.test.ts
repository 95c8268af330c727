import {
  type ContractAnswer,
  type ContractRequest,
  type CreateContractClient,
  describeAutoRefresh,
} from '@tabkeeper/testing'
import ky, { type Options } from 'ky'
import { withAutoRefresh } from '../src/with-auto-refresh.ts'

/** ky, as the contract suite speaks to it: an answer is an answer, whatever its status. */
const createKyClient: CreateContractClient = (session, { shouldRefresh } = {}) => {
  const bare = ky.create({ throwHttpErrors: false, retry: 0, timeout: false })
  const options = shouldRefresh && {
    shouldRefresh: async (response: Response) => shouldRefresh(await answerOf(response)),
  }
  const call = session ? withAutoRefresh(bare, session, options) : bare

  return {
    send: async (url, request = {}) => answerOf(await call(url, optionsOf(request))),
    streamOf: bytes => new Response(bytes.slice()).body,
    isAborted: (error, reason) => error === reason,
  }
}

function optionsOf({ body, ...options }: ContractRequest): Options {
  // The suite hands out what `streamOf` made, or what every host takes as a body.
  return body === undefined ? options : { ...options, body: body as BodyInit }
}

async function answerOf(response: Response): Promise<ContractAnswer> {
  const { status, headers } = response
  return { status, headers: Object.fromEntries(headers), text: await response.text() }
}

// ky puts a stream into a Request, of which there can be a copy: it is sent again as any other body.
describeAutoRefresh('ky', createKyClient, { streams: false })
