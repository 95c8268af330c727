import type { Session } from '@tabkeeper/core'
import type { Exported } from '../log/exported.ts'
import { createLog } from '../log/log.ts'
import { shareLog } from '../log/tabs-channel.ts'
import type { Clock } from '../watch/watch-page.ts'
import { createPanel, type Panel } from './panel.ts'
import { createStyle } from './style.ts'

/** The element; `sessions` is all that it needs. */
export interface DevtoolsElement extends HTMLElement {
  /** The sessions of this page that are shown; none at first. */
  sessions: readonly Session[]
  /** What the `Export` button saves. `null` while the element is not in a document. */
  exported(): Exported | null
}

export const TAG = 'tabkeeper-devtools'

const clock: Clock = {
  now: () => Date.now(),
  wake(at, callback) {
    const timer = setTimeout(callback, Math.max(0, at - Date.now()))
    return () => clearTimeout(timer)
  },
}

/**
 * Makes `<tabkeeper-devtools>` known to the page; a second call does nothing. For pages that place the
 * element themselves, with the attribute `inline` to have it in the flow and always open; `devtools` is
 * the short way.
 *
 * @example
 * ```ts
 * defineDevtools()
 * const element = Object.assign(document.createElement('tabkeeper-devtools'), { sessions: [session] })
 * document.querySelector('main')?.append(element)
 * ```
 */
export function defineDevtools(): void {
  if (customElements.get(TAG) === undefined) customElements.define(TAG, createClass())
}

/** Made on call: where there is no page there is no `HTMLElement`, and importing does nothing. */
function createClass(): CustomElementConstructor {
  return class extends HTMLElement implements DevtoolsElement {
    static readonly observedAttributes = ['inline', 'open']
    #sessions: readonly Session[] = []
    readonly #log = createLog({ tab: Math.random().toString(36).slice(2, 8), now: clock.now })
    #panel: Panel | null = null
    #unshare = () => {}

    constructor() {
      super()
      this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [createStyle()]
    }

    get sessions(): readonly Session[] {
      return this.#sessions
    }

    set sessions(sessions) {
      this.#sessions = [...sessions]
      if (this.isConnected) this.#restart()
    }

    connectedCallback(): void {
      this.#unshare = shareLog(this.#log)
      this.#restart()
    }

    attributeChangedCallback(): void {
      this.#open()
    }

    disconnectedCallback(): void {
      this.#unshare()
      this.#panel?.stop()
      this.#panel = null
    }

    exported(): Exported | null {
      return this.#panel?.exported() ?? null
    }

    /** What has the focus is the first button: of the panel, or the one that opens it. */
    override focus(options?: FocusOptions): void {
      const buttons = this.shadowRoot?.querySelectorAll('button') ?? []
      const first = [...buttons].find(button => button.closest('[hidden]') === null)
      first?.focus(options)
    }

    #restart(): void {
      this.#panel?.stop()
      this.#panel = createPanel(this.#sessions, this.#log, clock, this.#isInline)
      this.shadowRoot?.replaceChildren(this.#panel.element)
      this.#open()
    }

    readonly #isInline = () => this.hasAttribute('inline')

    #open(): void {
      this.#panel?.setOpen(this.#isInline() || this.hasAttribute('open'))
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tabkeeper-devtools': DevtoolsElement
  }
}
