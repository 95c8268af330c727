/** A name that nobody else has. (`randomUUID` is missing on plain-http pages.) */
export function randomName(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
