/** A host that every browser of the stories finds on this machine: its pages are plain http, and no secure context. */
export const PLAIN_HOST = 'bar.test'
