import type { AxiosProgressEvent, InternalAxiosRequestConfig } from 'axios'

type Listener = (event: AxiosProgressEvent) => void

/**
 * Stands between the adapter and the caller's progress callbacks, so that they see one request. The
 * upload of a replay is told only as far as it gets beyond the first, and the download of a refusal not
 * at all: events of what may be one are held back until the answer is known to be the caller's. Where that
 * cannot be told from an event, the newest is, until another comes: refusals are short.
 */
export class Progress {
  readonly #config: InternalAxiosRequestConfig
  /** Whether a status alone tells what is no refusal. */
  readonly #isByStatus: boolean
  readonly #onUpload: Listener | undefined
  readonly #onDownload: Listener | undefined
  #uploaded = -1
  /** What the adapter has told of a download that may be a refusal's; `null` once it may not. */
  #held: AxiosProgressEvent[] | null = []
  #attempts = 0

  constructor(config: InternalAxiosRequestConfig, isByStatus: boolean) {
    this.#config = config
    this.#isByStatus = isByStatus
    this.#onUpload = config.onUploadProgress
    this.#onDownload = config.onDownloadProgress
  }

  /** An adapter begins; whatever an earlier one still has to say is out of date. */
  begin(): void {
    const attempt = ++this.#attempts
    const isCurrent = () => attempt === this.#attempts

    if (this.#onUpload) {
      const tell = this.#onUpload
      this.#config.onUploadProgress = event => {
        if (!isCurrent() || event.loaded <= this.#uploaded) return
        this.#uploaded = event.loaded
        tell(event)
      }
    }
    if (this.#onDownload) {
      const tell = this.#onDownload
      this.#config.onDownloadProgress = event => {
        if (!isCurrent()) return
        if (this.#held === null) return tell(event)

        const status = this.#isByStatus ? statusOf(event) : undefined
        if (status === 401) return void this.#held.push(event)
        for (const earlier of this.#held) tell(earlier)
        this.#held = status === undefined ? [event] : null
        if (status !== undefined) tell(event)
      }
    }
  }

  /** The answer was a refusal that nobody will see; what comes now is the caller's. */
  forget(): void {
    this.#held = null
  }

  /** The answer is the caller's. */
  end(): void {
    for (const event of this.#held ?? []) this.#onDownload?.(event)
    this.#held = null
    if (this.#onUpload) this.#config.onUploadProgress = this.#onUpload
    if (this.#onDownload) this.#config.onDownloadProgress = this.#onDownload
  }
}

/** XMLHttpRequest knows it while the body is on its way; with other adapters nobody tells. */
function statusOf({ event }: AxiosProgressEvent): number | undefined {
  return event?.target?.status
}
