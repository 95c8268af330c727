import { StartupError } from '../startup-error.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads variables of an environment; an empty one counts as none. A mistake is noted, its variable read
 * as if it were not there, and `finish` tells them all: who mends a configuration mends it once.
 */
export interface EnvironmentReader {
  text(name: string): string | undefined
  isOn(name: string, otherwise: boolean): boolean
  wholeNumber(name: string, meaning: string, least: number, most: number): number | undefined
  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined
  /** A comma-separated list. */
  list(name: string): readonly string[]
  /** Notes one sentence. */
  mistake(sentence: string): void
  /** @throws {StartupError} `bad-setting`, with a line for each mistake */
  finish(): void
}

export function readEnvironment(env: Environment): EnvironmentReader {
  const mistakes: string[] = []
  const mistake = (sentence: string): undefined => {
    mistakes.push(sentence)
    return undefined
  }
  return {
    text: name => env[name] || undefined,

    isOn(name, otherwise) {
      const text = env[name] || (otherwise ? 'on' : 'off')
      if (text !== 'on' && text !== 'off')
        mistake(`${name} must be "on" or "off"; it is "${text}".`)
      return text === 'on'
    },

    wholeNumber(name, meaning, least, most) {
      const text = env[name]
      if (!text) return undefined
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
      if (value >= least && value <= most) return value
      return mistake(
        `${name} must be ${meaning}, a whole number from ${least} to ${most}; it is "${text}".`,
      )
    },

    oneOf(name, choices) {
      const text = env[name]
      if (!text) return undefined
      return (
        choices.find(choice => choice === text) ??
        mistake(`${name} must be one of ${choices.join(', ')}; it is "${text}".`)
      )
    },

    list: name =>
      (env[name] ?? '')
        .split(',')
        .map(entry => entry.trim())
        .filter(entry => entry !== ''),

    mistake,

    finish() {
      if (mistakes.length > 0) throw new StartupError('bad-setting', mistakes.join('\n'))
    },
  }
}
