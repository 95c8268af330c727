import { AxiosError, type InternalAxiosRequestConfig } from 'axios'

/** Milliseconds that a timer can run, 24.8 days; one that is to run longer fires at once. */
const LONGEST = 2 ** 31 - 1

/**
 * The limits of one request that only axios's adapters know, `timeout` and `cancelToken`, kept while
 * no adapter is at work. What the request spent waiting is missing from the time its adapter gets.
 */
export class WaitLimit {
  readonly #config: InternalAxiosRequestConfig
  /** As the caller gave it. */
  readonly #given: number
  /** Milliseconds; 0 is no limit. */
  readonly #timeout: number
  readonly #message: string | undefined
  #startedAt = performance.now()
  #hasWaited = false

  constructor(config: InternalAxiosRequestConfig) {
    this.#config = config
    this.#given = config.timeout ?? 0
    // axios's adapters take a string, too, such as one that comes from the environment.
    this.#timeout = Number(this.#given)
    this.#message = config.timeoutErrorMessage
  }

  /** Returns the promise, or a rejection as axios's adapters give it when a limit is met first. */
  bound<T>(waiting: Promise<T>): Promise<T> {
    return this.#untilCancelled(waiting, this.#timeout > 0)
  }

  /** The same without the time-out: what passes meanwhile does not count. */
  async suspend<T>(waiting: Promise<T>): Promise<T> {
    const suspendedAt = performance.now()
    try {
      return await this.#untilCancelled(waiting, false)
    } finally {
      this.#startedAt += performance.now() - suspendedAt
    }
  }

  #untilCancelled<T>(waiting: Promise<T>, isTimed: boolean): Promise<T> {
    this.#hasWaited = true
    const { cancelToken } = this.#config
    return new Promise((resolve, reject) => {
      const timer = isTimed
        ? setTimeout(() => reject(this.#timeoutError()), Math.min(this.#timeLeft(), LONGEST))
        : undefined
      cancelToken?.subscribe(reject)
      waiting.then(resolve, reject).then(() => {
        clearTimeout(timer)
        cancelToken?.unsubscribe(reject)
      })
    })
  }

  /** Leaves the adapter what is left of the time. */
  shorten(): void {
    if (!this.#hasWaited || !this.#timeout) return
    this.#config.timeout = this.#timeLeft()
    this.#config.timeoutErrorMessage = this.#errorMessage()
  }

  /** Gives the config back the limits that the caller set. */
  restore(): void {
    if (!this.#hasWaited || !this.#timeout) return
    this.#config.timeout = this.#given
    if (this.#message === undefined) delete this.#config.timeoutErrorMessage
    else this.#config.timeoutErrorMessage = this.#message
  }

  /** Milliseconds, at least one: to axios, zero is no limit. */
  #timeLeft(): number {
    return Math.max(1, Math.ceil(this.#startedAt + this.#timeout - performance.now()))
  }

  #errorMessage(): string {
    return this.#message || `timeout of ${this.#timeout}ms exceeded`
  }

  #timeoutError(): AxiosError {
    const { ECONNABORTED, ETIMEDOUT } = AxiosError
    const code = this.#config.transitional?.clarifyTimeoutError ? ETIMEDOUT : ECONNABORTED
    return new AxiosError(this.#errorMessage(), code, this.#config)
  }
}
