/** What is going on: on one line of a terminal, elsewhere line by line and apart from the tables. */
export function say(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${text} …`)
  else process.stderr.write(`${text} …\n`)
}

export function clear(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
}
