import type { SignOutReason } from '@tabkeeper/core'
import {
  type AllowedComponentProps,
  type ComponentCustomProps,
  defineComponent,
  Fragment,
  h,
  type SetupContext,
  type SlotsType,
  type VNode,
  type VNodeProps,
} from 'vue'
import { type ReadableSession, useSession } from './use-session.ts'

export interface RequireSessionProps {
  /** Read once: give another one with another `:key`. */
  readonly session: ReadableSession<unknown>
}

/** The slots of {@link RequireSession}, as Vue has compiled them. */
export interface RequireSessionSlots {
  /** Shown while somebody is signed in. */
  readonly default?: () => VNode[]
  /** Shown while nobody is signed in. `reason` says why. */
  readonly fallback?: (why: { readonly reason: SignOutReason }) => VNode[]
  /** Shown until it is known who is there: on a server, and while its markup is hydrated. */
  readonly loading?: () => VNode[]
}

/**
 * Shows its default slot while somebody is signed in. What is in it stays mounted through refreshes, and is
 * mounted anew when another session takes the place of this one: what one person typed is not shown to
 * the next.
 *
 * @example
 * ```ts
 * import { h } from 'vue'
 *
 * const page = () =>
 *   h(RequireSession, { session }, {
 *     default: () => h('p', 'Your orders'),
 *     fallback: ({ reason }: { reason: string }) => h('p', `Please sign in (${reason}).`),
 *   })
 * ```
 */
export const RequireSession = /* @__PURE__ */ defineComponent(
  function RequireSession({ session }: RequireSessionProps, { slots }: Given) {
    const door = useSession(session, state =>
      state.status === 'authenticated' ? { key: `${state.sessionId}` } : state,
    )
    return () => {
      const now = door.value
      if ('key' in now) return h(Fragment, now, slots.default?.())
      return now.status === 'loading' ? slots.loading?.() : slots.fallback?.(now)
    }
  },
  { props: ['session'] },
  // As vue-router says it of its own: no two releases of Vue have the same name for the type of a component.
) as unknown as new () => {
  readonly $props: RequireSessionProps & VNodeProps & AllowedComponentProps & ComponentCustomProps
  readonly $slots: RequireSessionSlots
}

type Given = SetupContext<Record<never, never>, SlotsType<RequireSessionSlots>>
