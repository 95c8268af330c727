/** Reads an argument that has to be a whole number; ends the program with a sentence where it is none. */
export function wholeNumber(values, name, least = 1) {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= least) return value
  console.error(`--${name} has to be a whole number from ${least} on; got '${values[name]}'.`)
  process.exit(2)
}

/** Reads an argument that has to be one of several words. */
export function oneOf(values, name, choices) {
  if (choices.includes(values[name])) return values[name]
  console.error(`--${name} has to be one of ${choices.join(', ')}; got '${values[name]}'.`)
  process.exit(2)
}
