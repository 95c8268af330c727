import { run } from '@tabkeeper/server/node'
import { serve } from './serve.ts'

await run(() => serve(process.env))
