import pg from 'pg'
import { createPostgresAdapter } from './postgres-adapter.ts'
import { startProvider } from './provider.ts'
import { obey } from './subject.ts'

obey(async ({ databaseUrl }) => {
  const pool = new pg.Pool({ connectionString: databaseUrl })
  return startProvider(await createPostgresAdapter(pool))
})
