import type { Subject } from '../subject/subject.ts'

/** A place where a subject runs: a process of its own, or a tab. */
export interface Host extends AsyncDisposable {
  call<Name extends keyof Subject>(
    name: Name,
    ...args: Parameters<Subject[Name]>
  ): Promise<Awaited<ReturnType<Subject[Name]>>>
}
