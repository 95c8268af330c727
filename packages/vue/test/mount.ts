import { afterEach, beforeEach, expect, onTestFinished, vi } from 'vitest'
import {
  type App,
  type Component,
  createApp,
  createSSRApp,
  defineComponent,
  type RenderFunction,
} from 'vue'

/** Vue complains in the console: of a mismatch, of a hook out of place, of a missing injection. */
export function expectNoComplaints(): void {
  const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  beforeEach(() => {
    for (const spy of complaints) spy.mockClear()
  })
  afterEach(() => {
    for (const spy of complaints) expect(spy).not.toHaveBeenCalled()
  })
}

/** Shows a component in a page until the test is over. */
export function mount(component: Component, prepare: (app: App) => void = () => {}) {
  const container = document.createElement('div')
  document.body.append(container)
  const app = createApp(component)
  prepare(app)
  app.mount(container)
  return { container, unmount: endWith(app, container) }
}

/** Adopts markup as a page does that a server has rendered. */
export function hydrate(
  markup: string,
  component: Component,
  prepare: (app: App) => void = () => {},
) {
  const container = document.createElement('div')
  container.innerHTML = markup
  document.body.append(container)
  const app = createSSRApp(component)
  prepare(app)
  app.mount(container)
  return { container, unmount: endWith(app, container) }
}

/** Calls a composable in a component; returns what it returned. */
export function mountWith<T>(compose: () => T, render: (value: T) => unknown = () => null) {
  let result: T | undefined
  let renders = 0
  const view = mount(
    defineComponent(() => {
      const value = compose()
      result = value
      const show: RenderFunction = () => {
        renders++
        return render(value) as ReturnType<RenderFunction>
      }
      return show
    }),
  )
  // The setup has run when `mount` returns.
  return { ...view, result: result as T, renders: () => renders }
}

function endWith(app: App, container: Element): () => void {
  let isMounted = true
  const unmount = () => {
    if (isMounted) app.unmount()
    isMounted = false
    container.remove()
  }
  onTestFinished(unmount)
  return unmount
}
