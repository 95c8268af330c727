import type { ChildProcess } from 'node:child_process'

const children = new Map<ChildProcess, NodeJS.Signals>()

process.once('exit', () => {
  for (const [child, signal] of children) child.kill(signal)
})

/** Ends a child when this process ends, however it comes to that, short of a kill. */
export function endWithUs<Child extends ChildProcess>(
  child: Child,
  signal: NodeJS.Signals = 'SIGKILL',
): Child {
  children.set(child, signal)
  child.once('exit', () => children.delete(child))
  return child
}
