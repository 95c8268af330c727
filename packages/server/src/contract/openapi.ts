import { z } from 'zod'
import { type ProblemCode, problemStatus, problemTitle } from '../http/problem.ts'
import { problemSchema } from './answers.ts'
import { type Access, type Operation, operations, problemsOf } from './operations.ts'

/** Where a deployment has its endpoints; `null` for those it does not have. */
export interface Places {
  readonly auth: string
  readonly admin: string | null
  readonly events: string | null
}

export type Json = Record<string, unknown>

/** An OpenAPI 3.1 document. */
export interface OpenApi extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}

export interface DescribedOperation extends Json {
  readonly summary: string
  readonly description: string | undefined
  readonly tags: readonly string[]
  /** One of these; nothing for anybody. */
  readonly security: readonly Json[]
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<'application/json', Content>> }
  readonly responses: Readonly<Record<string, DescribedAnswer>>
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly description?: string
  readonly required?: boolean
  readonly schema: Json
}

interface Content {
  readonly schema: Json
}

interface DescribedAnswer {
  readonly description: string
  /** By media type. */
  readonly content?: Readonly<Record<string, Content>>
}

/** Describes the endpoints of a deployment, from the schemas that check its requests and answers. */
export function describeContract(places: Places): OpenApi {
  const schemas: Json = {}
  const toSchema = (schema: z.ZodType, io: 'input' | 'output') => toJson(schema, io, schemas)
  const paths: Record<string, Record<string, DescribedOperation>> = {}

  for (const operation of operations) {
    const base = places[operation.below]
    if (base === null) continue
    const path = `${base.replace(/\/$/, '')}${operation.path}`
    paths[path] = { ...paths[path], [operation.method]: describeOperation(operation, toSchema) }
  }
  toSchema(problemSchema, 'output')
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tabkeeper',
      version: '1',
      description:
        'Sign-in, refresh with rotation, sessions and their administration. Errors are problem documents (RFC 9457); clients branch on `code`.',
    },
    paths,
    components: { schemas, securitySchemes },
  }
}

function describeOperation(
  operation: Operation,
  toSchema: (schema: z.ZodType, io: 'input' | 'output') => Json,
): DescribedOperation {
  const { summary, description, access, path, query, body, below } = operation
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  const parameters: readonly Parameter[] = [
    ...names.map(
      (name): Parameter => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string', format: 'uuid' },
      }),
    ),
    ...(query ? queryParameters(toSchema(query, 'output')) : []),
    {
      name: 'X-Session-Client',
      in: 'header',
      description:
        'The client, `default` without the header. Required where a request acts by cookie.',
      schema: { type: 'string' },
    },
  ]
  return {
    summary,
    description,
    tags: [below === 'admin' ? 'Administration' : 'Sessions'],
    security: security[access],
    parameters,
    ...(body && {
      requestBody: { content: { 'application/json': { schema: toSchema(body, 'input') } } },
    }),
    responses: { ...successes(operation, toSchema), ...refusals(problemsOf(operation)) },
  }
}

function successes(
  { answers }: Operation,
  toSchema: (schema: z.ZodType, io: 'input' | 'output') => Json,
): DescribedOperation['responses'] {
  const entries = Object.entries(answers).map(([status, answer]) => {
    if (answer === null) return [status, { description: 'Done.' }] as const
    const [description, content] =
      answer === 'stream'
        ? ['A stream of events.', { 'text/event-stream': { schema: { type: 'string' } } }]
        : ['Done.', { 'application/json': { schema: toSchema(answer, 'output') } }]
    return [status, { description, content }] as const
  })
  return Object.fromEntries(entries)
}

/** One response for each status, with the codes that it may carry. */
function refusals(codes: ReadonlySet<ProblemCode>): DescribedOperation['responses'] {
  const statuses = [...new Set([...codes].map(problemStatus))]
  const schema = { $ref: '#/components/schemas/Problem' }
  return Object.fromEntries(
    statuses.map(status => [
      status,
      {
        description: [...codes]
          .filter(code => problemStatus(code) === status)
          .map(code => `\`${code}\`: ${problemTitle(code)}.`)
          .join('\n\n'),
        content: { 'application/problem+json': { schema } },
      },
    ]),
  )
}

const queryParameters = (schema: Json): Parameter[] =>
  Object.entries<Json>(Object(schema.properties)).map(([name, property]) => ({
    name,
    in: 'query',
    schema: property,
  }))

/** Returns a schema as JSON; those with a name of their own are put beside it. */
function toJson(schema: z.ZodType, io: 'input' | 'output', named: Json): Json {
  const { $schema, $defs, ...json } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema }) {
      if (jsonSchema.format) delete jsonSchema.pattern // says the same at length
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      delete jsonSchema.additionalProperties // a later version may say more
    },
  })
  Object.assign(named, withRefs($defs ?? {}))
  return withRefs(json)
}

const withRefs = (json: unknown): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'))

const security: Readonly<Record<Access, readonly Json[]>> = {
  anybody: [],
  session: [{ accessToken: [] }, { cookie: [] }],
  admin: [{ accessToken: [] }, { cookie: [] }],
  'admin-or-token': [{ accessToken: [] }, { cookie: [] }, { adminToken: [] }],
}

const securitySchemes: Json = {
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-tabkeeper_default',
    description: 'Transport `cookie`; the name ends with that of the client.',
  },
  adminToken: { type: 'apiKey', in: 'header', name: 'X-Admin-Token' },
}
