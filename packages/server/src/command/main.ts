import { type ParseArgsConfig, parseArgs } from 'node:util'
import { StartupError } from '../startup-error.ts'
import { type Command, commands, UsageError } from './commands.ts'

const width = Math.max(...Object.keys(commands).map(name => name.length))
const list = Object.entries(commands).map(
  ([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`,
)

const help = `Tabkeeper's reference server: signs users in and keeps their sessions.

Usage: tabkeeper-server <command> [options]

Commands:
${list.join('\n')}

"tabkeeper-server <command> --help" says what a command needs. Everything is set in the environment;
without any setting the data is kept in the folder .data, and serve listens on port 3000.`

const [name, ...args] = process.argv.slice(2)
const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined

if (name === '--help' || name === '-h' || name === 'help') {
  console.log(help)
} else if (!command) {
  const found = name === undefined ? 'No command was given' : `"${name}" is not a command`
  refuse(`${found}: try "tabkeeper-server serve" or "tabkeeper-server --help".`)
} else if (args.includes('--help') || args.includes('-h')) {
  console.log(`${command.summary}\n\nUsage: tabkeeper-server ${name}${command.usage}`)
} else {
  await call(command, args)
}

async function call(command: Command, args: readonly string[]): Promise<void> {
  try {
    const { values, positionals } = parse(command, args)
    await command.run(values, positionals)
  } catch (error) {
    if (error instanceof StartupError) {
      console.error(error.message)
      process.exitCode = 1
    } else if (error instanceof UsageError) {
      refuse(`${error.message}: try "tabkeeper-server ${name} --help".`)
    } else {
      throw error
    }
  }
}

/** @throws {UsageError} */
function parse({ options, positionals: expected }: Command, args: readonly string[]) {
  const config = { args: [...args], options, allowPositionals: true } as const
  const { values, positionals } = parseOrThrow(config)
  if (positionals.length === expected) return { values, positionals }
  throw new UsageError(
    positionals.length > expected
      ? `"${positionals[expected]}" is one argument too many`
      : 'An argument is missing',
  )
}

function parseOrThrow(config: ParseArgsConfig) {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split(/[.\n]/)[0] ?? '') : '')
  }
}

function refuse(sentence: string): void {
  console.error(sentence)
  process.exitCode = 2
}
