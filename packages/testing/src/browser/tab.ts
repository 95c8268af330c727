/** One tab of a browser, as far as every engine can be driven. Functions travel as source: they see the page, never their closure. */
export interface Tab {
  /** Returns what a function gives in the page, once its promise settles; argument and answer travel as JSON. */
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>
  /** Resolves once a predicate holds in the page. Rejects after ten seconds. */
  waitFor(predicate: () => boolean): Promise<void>
  waitFor<Argument>(predicate: (argument: Argument) => boolean, argument: Argument): Promise<void>
  reload(): Promise<void>
  close(): Promise<void>
}

/** A browser with one new profile: its tabs share storage, locks, channels and cookies. */
export interface TabBrowser extends AsyncDisposable {
  /** Opens a tab and resolves when the page has loaded. */
  openTab(url: string): Promise<Tab>
}

/** What an engine's driver does for a tab; `run` evaluates an expression and awaits its promise. */
export interface TabDriver {
  run(expression: string): Promise<unknown>
  reload(): Promise<unknown>
  close(): Promise<unknown>
}

const PATIENCE = 10_000

/** Makes a tab of what a driver can do. */
export function createTab(driver: TabDriver): Tab {
  const evaluate = async <Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> => {
    const answer = await driver.run(`(${run})(${JSON.stringify(argument) ?? ''})`)
    return answer as Result // the page ran this very function
  }
  return {
    evaluate,
    async waitFor<Argument>(predicate: (argument: Argument) => boolean, argument?: Argument) {
      const end = Date.now() + PATIENCE
      while (!(await evaluate(predicate, argument))) {
        if (Date.now() > end) throw new Error(`It never held in the page: ${predicate}`)
        await new Promise(done => setTimeout(done, 25))
      }
    },
    async reload() {
      await driver.reload()
    },
    async close() {
      await driver.close()
    },
  }
}
