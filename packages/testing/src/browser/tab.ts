/** What can be asked of a page. Functions travel as source: they see the page, never their closure. */
export interface Page {
  /** Returns what a function gives in the page, once its promise settles; argument and answer travel as JSON. */
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>
  /** Resolves once a predicate holds in the page. Rejects after ten seconds. */
  waitFor(predicate: () => boolean | Promise<boolean>): Promise<void>
  waitFor<Argument>(
    predicate: (argument: Argument) => boolean | Promise<boolean>,
    argument: Argument,
  ): Promise<void>
}

/** One tab of a browser, as far as every engine can be driven. */
export interface Tab extends Page {
  /** Resolves when the other page has loaded. */
  goto(url: string): Promise<void>
  /** Returns to the page before this one, which may come out of the back/forward cache as it was left. */
  back(): Promise<void>
  reload(): Promise<void>
  close(): Promise<void>
}

/** A tab of an engine that tells its pages whether they are seen. */
export interface ShownTab extends Tab {
  /** Brings the tab to the front; the one that was there is hidden from now on. */
  show(): Promise<void>
}

/** A browser with one new profile: its tabs share storage, locks, channels and cookies. */
export interface TabBrowser<T extends Tab = Tab> extends AsyncDisposable {
  /** Opens a tab and resolves when the page has loaded. */
  openTab(url: string): Promise<T>
}

/** What an engine's driver does for a tab; `run` evaluates an expression and awaits its promise. */
export interface TabDriver {
  run(expression: string): Promise<unknown>
  goto(url: string): Promise<unknown>
  back(): Promise<unknown>
  reload(): Promise<unknown>
  close(): Promise<unknown>
}

const PATIENCE = 10_000

/** Makes a tab of what a driver can do. */
export function createTab(driver: TabDriver): Tab {
  const page = createPage(driver.run)
  return {
    ...page,
    async goto(url) {
      await driver.goto(url)
    },
    async back() {
      const from = await page.evaluate(() => location.href)
      await driver.back()
      // While one page makes room for the other, none of them answers, or an empty one that is complete.
      await until('The page before never came back', () =>
        page
          .evaluate(
            places => !places.includes(location.href) && document.readyState === 'complete',
            [from, 'about:blank'],
          )
          .catch(() => false),
      )
    },
    async reload() {
      await driver.reload()
    },
    async close() {
      await driver.close()
    },
  }
}

/** Makes a page of what evaluates an expression in it and awaits its promise. */
export function createPage(run: (expression: string) => Promise<unknown>): Page {
  const evaluate = async <Result, Argument>(
    body: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> => {
    const answer = await run(`(${body})(${JSON.stringify(argument) ?? ''})`)
    return answer as Result // the page ran this very function
  }
  return {
    evaluate,
    waitFor: <Argument>(
      predicate: (argument: Argument) => boolean | Promise<boolean>,
      argument?: Argument,
    ) => until(`It never held in the page: ${predicate}`, () => evaluate(predicate, argument)),
  }
}

async function until(complaint: string, holds: () => Promise<boolean | undefined>): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(complaint)
    await new Promise(done => setTimeout(done, 25))
  }
}
