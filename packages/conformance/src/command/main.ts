import { accessSync, constants, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotCheck, checkServer, defaultBudget } from '../check-server.ts'
import { toJUnit } from '../report/junit.ts'
import { toText, toVerdict } from '../report/text.ts'
import { type CommandOptions, help, readOptions, UsageError } from './read-options.ts'
import { readPassword } from './read-password.ts'

/** Lines longer than this are hard to read, however wide the terminal. */
const widest = 110

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(help)
  else await run(options)
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}. See --help.`)
  else if (error instanceof CannotCheck) console.error(error.message)
  else throw error
  process.exitCode = 2
}

async function run({ junit, json, ...options }: CommandOptions): Promise<void> {
  requireFolder('--junit', junit)
  requireFolder('--json', json)
  const password = await readPassword(options.password, options.user)
  const { stdout, stderr } = process
  console.log(
    `Checking ${options.authUrl} as ${options.user}, with at most ${options.budget ?? defaultBudget} requests.\n`,
  )
  const say = (line: string) => stderr.isTTY && stderr.write(`\r\u001b[K${line}`)

  const report = await checkServer(
    {
      ...options,
      password,
      async wait(milliseconds) {
        say(`  waiting ${Math.ceil(milliseconds / 1000)} seconds`)
        await sleep(milliseconds)
      },
    },
    ({ id }) => say(`  ${id}`),
  )
  say('')

  const width = Math.min(stdout.columns ?? widest, widest)
  const hasColors = stdout.isTTY && stdout.hasColors()
  console.log(toText(report, { width, hasColors }))
  const seconds = (report.milliseconds / 1000).toFixed(1)
  console.log(`\n${report.requests} requests in ${seconds} s. ${toVerdict(report)}`)
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  if (junit !== undefined) writeFileSync(junit, toJUnit(report))
  process.exitCode = report.isPassed ? 0 : 1
}

/** A report that has nowhere to go is better known before the check than after it. */
function requireFolder(option: string, file: string | undefined): void {
  if (file === undefined) return
  try {
    accessSync(dirname(resolve(file)), constants.W_OK)
  } catch {
    throw new UsageError(`${option}: "${dirname(file)}" is no folder that can be written to`)
  }
}
