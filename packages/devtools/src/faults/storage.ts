/** Lets the storage of this page refuse every write, as one does that is full. Returns the undo. */
export function breakStorage(): () => void {
  const { prototype } = Storage
  const { setItem } = prototype
  const refuse: typeof setItem = () => {
    throw new DOMException('The Tabkeeper devtools were told to refuse it.', 'QuotaExceededError')
  }
  prototype.setItem = refuse
  return () => {
    if (prototype.setItem === refuse) prototype.setItem = setItem
  }
}
