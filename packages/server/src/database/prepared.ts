import type { CompiledQuery, Kysely } from 'kysely'
import type { Database } from './open-database.ts'
import type { Tables } from './tables.ts'

/** Stands in a query for a value that comes later. */
class Placeholder {
  readonly name: PropertyKey

  constructor(name: PropertyKey) {
    this.name = name
  }
}

/**
 * Returns the function that asks a query which is the same each time, for the few that every request
 * needs: it is written once per database, because writing it takes longer than sending it, and each
 * connection to PostgreSQL parses and plans it once.
 *
 * The query names its columns. With `*` another instance that adds one in a migration would make
 * PostgreSQL refuse the plan.
 *
 * @param write May put the values into the query and nothing else: they are not known yet.
 */
export function prepared<Values extends object, Row>(
  write: (kysely: Kysely<Tables>, values: Values) => { compile(): CompiledQuery<Row> },
): (database: Database, values: Values) => Promise<readonly Row[]> {
  const written = new WeakMap<Database, CompiledQuery<Row>>()

  function writeFor(database: Database): CompiledQuery<Row> {
    // Whatever the type of a value, its place in a query takes anything.
    const placeholders = new Proxy({} as Values, { get: (_, name) => new Placeholder(name) })
    const query = write(database.kysely, placeholders).compile()
    database.keepPlan(query.sql)
    written.set(database, query)
    return query
  }

  return async (database, values) => {
    const query = written.get(database) ?? writeFor(database)
    const parameters = query.parameters.map(parameter =>
      parameter instanceof Placeholder ? Reflect.get(values, parameter.name) : parameter,
    )
    const { rows } = await database.kysely.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}
